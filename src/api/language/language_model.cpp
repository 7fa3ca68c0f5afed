#include <recura/language_model.h>
#include <recura/model.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "api/benchmark.h"
#include "api/classify/state.h"
#include "api/input.h"
#include "api/language/state.h"
#include "api/rounds.h"
#include "api/training.h"
#include "base/error.h"
#include "base/file.h"
#include "base/floating_state.h"
#include "data/tagged/tagged_data.h"
#include "kernel/level.h"
#include "task/encode.h"
#include "task/language/likelihood.h"
#include "task/language/objective.h"
#include "task/language/train.h"
#include "task/text_json.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

TextLikelihood likelihood_of(const Likelihood& found) {
  const auto perplexity = [&](double sum) { return std::exp(-ratio(sum, static_cast<double>(found.guesses))); };
  TextLikelihood text{found.guesses, found.unknown, found.forward, perplexity(found.forward)};
  if (found.both) {
    text.backward_log_probability = found.backward;
    text.backward_perplexity = perplexity(found.backward);
  }
  return text;
}

LanguageRecipe recipe_of(const LanguageOptions& o) {
  LanguageRecipe recipe;
  recipe.rule = rule_of(o);
  recipe.min_count = o.min_count;
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.subwords = o.subwords;
  if (!o.vectors.empty()) recipe.vectors = read_vectors(o.vectors);
  recipe.piece = o.max_length;
  recipe.network = {.embedding = o.embedding,
                    .cell = cell_of(o.cell),
                    .activation = activation_of(o.activation),
                    .hidden = o.hidden,
                    .layers = o.layers,
                    .bidirectional = o.bidirectional,
                    .init = init_of(o.init),
                    .head = o.head,
                    .word_dropout = o.word_dropout,
                    .dropout = o.dropout,
                    .recurrent_dropout = o.recurrent_dropout};
  recipe.dev_share = o.dev_share;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  return recipe;
}

LanguageDataSummary summary_of(const LanguageData& data, LanguageDataSummary s) {
  s.train_texts = data.train_texts;
  s.dev_texts = data.dev_texts;
  s.tokens = data.tokens;
  s.vocabulary = data.vocabulary;
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  s.vectors = summary_of(data.vectors);
  return s;
}

LanguageDataSummary summary_of_files(const TextData& train, const std::optional<TextData>& dev,
                                     const LanguageOptions& options, const LanguageRecipe& recipe) {
  LanguageDataSummary s;
  s.format = name(train.format);
  s.bad_rows = train.bad_rows;
  s.problems = lines_of(train.problems);
  s.notes = precision_notes(options.training_precision, recipe.network.cell, false);
  if (recipe.vectors)
    std::ranges::move(vector_notes(*recipe.vectors, options.vectors, options.embedding, LanguageOptions().embedding),
                      std::back_inserter(s.notes));
  if (!dev) return s;
  add_dev_note(train.digest, dev->digest, s.notes);
  s.dev_bad_rows = dev->bad_rows;
  s.dev_problems = lines_of(dev->problems);
  return s;
}

/// Lines of tokens with tags would be read as texts of two words.
/// @throws DataError  for a file of tagged tokens.
void refuse_tags(const std::string& path, const InputOptions& input) {
  if (input.format.empty() && detect_task(path) == "tag" && tagged_format_of(path) != TaggedFormat::jsonl)
    throw DataError("{}: has marked tokens; a language model reads texts: lines, JSON Lines, CSV, TSV", shown(path));
}

/// What is made of options and files.
TrainedLanguageModel train_on(const std::string& path, const LanguageOptions& options,
                              const LanguageModelCallbacks& callbacks, Executor& executor) {
  refuse_tags(path, options.input);
  TextData rows = read_texts(path, read_options(options.input));
  std::optional<TextData> dev;
  if (!options.dev.empty()) dev = read_texts(options.dev, read_options(options.input));
  Json facts{{"train_digest", rows.digest}};
  if (dev) facts["dev_digest"] = dev->digest;
  LanguageRecipe recipe = recipe_of(options);
  recipe.fit.checkpoint = checkpoint_of(options, "the task language-model",
                                        {{"train", rows.digest},
                                         {"dev", dev ? dev->digest : ""},
                                         {"vectors", recipe.vectors ? recipe.vectors->digest : ""},
                                         {"segmenter", digest_of(recipe.rule)}});
  int epochs = 0;
  const LanguageDataSummary of_files = summary_of_files(rows, dev, options, recipe);
  const auto data_known = [&](const LanguageData& data) {
    epochs = data.epochs;
    facts.update({{"train_texts", data.train_texts}, {"dev_texts", data.dev_texts}, {"tokens", data.tokens}});
    if (callbacks.data) callbacks.data(summary_of(data, of_files));
  };
  std::optional<std::vector<std::string>> dev_texts;
  if (dev) dev_texts = std::move(dev->texts);
  try {
    auto trained = train_language_model(std::move(rows.texts), std::move(dev_texts), std::move(recipe), executor,
                                        {data_known, fit_callbacks(callbacks, epochs)});
    if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
      callbacks.rounded(report_of(trained.narrowing, kLanguageScore));
    add_epochs(facts, trained.fit, kLanguageScore);
    trained.model.facts.options = options_json(options);
    trained.model.facts.training = facts.dump();
    return trained;
  } catch (const CheckpointError&) {
    throw;  // it names its own file
  } catch (const DataError& error) {
    throw DataError("{}: {}", shown(path), error.what());
  }
}

}  // namespace

LanguageModel::LanguageModel(std::unique_ptr<State> state) : state_(std::move(state)) {}
LanguageModel::LanguageModel(LanguageModel&&) noexcept = default;
LanguageModel& LanguageModel::operator=(LanguageModel&&) noexcept = default;
LanguageModel::~LanguageModel() = default;

LanguageModel LanguageModel::train(const std::string& path, const LanguageOptions& options,
                                   const LanguageModelCallbacks& callbacks) {
  check_ranges(options);
  if (options.bidirectional && options.layers > 1)
    throw ArgumentError("--layers: a language model of both directions has one layer; --no-bidirectional allows {}",
                        options.layers);
  kernel::level();  // a wrong RECURA_ISA is told before the data are read
  auto executor = make_executor(options.threads);
  auto trained = train_on(path, options, callbacks, *executor);
  return LanguageModel(
      std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
}

LanguageModel LanguageModel::load(const std::string& path, int threads) {
  return from_file(ModelFile::open(path), threads);
}

LanguageModel LanguageModel::from_file(const ModelFile& file, int threads) {
  return LanguageModel(std::make_unique<State>(State{read_language_model(file), make_executor(threads)}));
}

void LanguageModel::save(const std::string& path) const {
  refuse_no_name(path);
  recura::save(state_->model, path);
}

PrecisionReport LanguageModel::set_precision(const ExportOptions& options) {
  LanguageModelParts& model = state_->model;
  const Precision precision = precision_of(options.precision);
  if (precision == model.network->precision()) return {name(precision), name(precision)};
  TextData data;
  if (!options.dev.empty()) data = read_texts(options.dev, read_options(options.input));
  Pieces pieces;
  for (const auto& ids : encode(model.encoder, data.texts, *state_->executor).ids)
    add_pieces(ids, model.network->boundary(), model.piece, pieces);
  const Pieces none;
  const LanguageObjective objective(*model.network, none, pieces);
  const Narrowing narrowing = narrow(*model.network, precision, objective, std::ssize(data.texts), *state_->executor);
  model.facts.narrowing = to_json(narrowing, kLanguageScore);
  PrecisionReport report = report_of(narrowing, kLanguageScore);
  report.bad_rows = data.bad_rows;
  report.problems = lines_of(data.problems);
  return report;
}

TextLikelihood LanguageModel::likelihood(std::string_view text) const {
  return likelihoods(std::vector<std::string>{std::string(text)}).front();
}

std::vector<TextLikelihood> LanguageModel::likelihoods(const std::vector<std::string>& texts) const {
  refuse_bad_utf8(texts);
  const FloatingState state;
  std::vector<TextLikelihood> result;
  for (const Likelihood& one : recura::likelihoods(state_->model, texts, *state_->executor))
    result.push_back(likelihood_of(one));
  return result;
}

LanguageEvaluation LanguageModel::evaluate(const std::string& path, const InputOptions& input) const {
  const TextData data = read_texts(path, read_options(input));
  Likelihood total;
  for (const Likelihood& one : recura::likelihoods(state_->model, data.texts, *state_->executor)) total.add(one);
  return {std::string(name(data.format)), std::ssize(data.texts), data.bad_rows, lines_of(data.problems),
          likelihood_of(total)};
}

void LanguageModel::extract(const std::string& path, const InputOptions& input,
                            const std::function<void(const LikelihoodRow&)>& row) const {
  constexpr std::size_t kRows = 1024;
  answer_rows(path, input, [&](const std::vector<std::string>& texts) { return likelihoods(texts); }, row, kRows);
}

Benchmark LanguageModel::benchmark(const std::string& path, const InputOptions& input, double seconds) const {
  Executor& executor = *state_->executor;
  return measure(
      path, input, seconds,
      {[&](const auto& texts) { likelihoods(texts); },
       [&](const auto& texts) { return encode(state_->model.encoder, texts, executor).tokens; }, executor.threads()});
}

LanguageModelInfo LanguageModel::info() const {
  const LanguageModelParts& model = state_->model;
  return {model.network->spec().bidirectional,
          model.encoder.vocabulary().size(),
          static_cast<std::int64_t>(weight_count(model.network->spec())),
          model.facts.digest,
          name(model.network->precision()),
          to_json(model.network->spec()),
          shown_json(TextSettings{model.encoder.tokenizer().rule(), model.piece, Keep::head}),
          model.facts.options,
          model.facts.training,
          model.facts.narrowing,
          model.facts.notes};
}

bool LanguageModel::interrupted() const { return state_->interrupted; }

}  // namespace recura
