#include <recura/summarizer.h>

#include <algorithm>

#include "api/benchmark.h"
#include "api/classify/state.h"
#include "api/input.h"
#include "api/language/state.h"
#include "api/rounds.h"
#include "api/summarise/state.h"
#include "api/training.h"
#include "base/error.h"
#include "base/file.h"
#include "base/floating_state.h"
#include "task/summarise/select/choose.h"
#include "task/summarise/select/objective.h"
#include "task/summarise/select/phrases/keyphrases.h"
#include "task/summarise/select/predict.h"
#include "task/summarise/select/train.h"
#include "text/bytes.h"

namespace recura {
namespace {

/// A blank stands before a sentence, but where the text has none before it.
Summary summary_of(std::string_view text, const std::vector<Token>& sentences, std::span<const double> scores,
                   const SummaryLimits& limits) {
  Summary summary;
  for (const std::size_t i : choose(text, sentences, scores, limits)) {
    const Token& one = sentences[i];
    if (i > 0 && !summary.sentences.empty()) summary.text += sentences[i - 1].end < one.begin ? " " : "";
    summary.text += bytes_of(text, one);
    summary.sentences.push_back({one.begin, one.end, scores[i]});
  }
  return summary;
}

std::vector<Keyphrase> keyphrases_of(std::string_view text, const std::vector<Phrase>& phrases) {
  std::vector<Keyphrase> result;
  for (const Phrase& phrase : phrases) {
    Keyphrase& one =
        result.emplace_back(Keyphrase{std::string(bytes_of(text, phrase.places.front())), phrase.score, {}});
    for (const Token& place : phrase.places) one.places.push_back({place.begin, place.end});
  }
  return result;
}

}  // namespace

SummaryLimits limits_of(SummaryLength length) {
  check_values(describe(length));
  return {length.sentences, length.words, length.characters, length.share, length.no_repeat};
}

std::vector<Summary> summaries(const SelectModel& model, const std::vector<std::string>& texts,
                               const SummaryLength& length, Executor& executor) {
  SummaryLimits limits = limits_of(length);
  std::vector<SummaryRow> rows;
  for (const std::string& text : texts)
    rows.push_back({.text = text, .summaries = {}, .sentences = cut(model.cut, text)});
  const auto scores = predict(*model.network, make_documents(model.encoder, rows, executor), executor);
  if (!limits.any()) limits.share = model.share;
  std::vector<Summary> result;
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.push_back(summary_of(texts[i], rows[i].sentences, scores[i], limits));
  return result;
}

Narrowing round_weights(SelectModel& model, Precision precision, std::vector<SummaryRow> rows, Executor& executor) {
  find_sentences(rows, model.cut, executor);
  const auto dev = labelled_documents(model.encoder, std::move(rows), executor);
  const LabelledDocuments none;
  const SelectObjective objective(*model.network, none, dev);
  const Narrowing narrowing = narrow(*model.network, precision, objective, std::ssize(dev.documents), executor);
  model.facts.narrowing = to_json(narrowing, "f1");
  return narrowing;
}

SummarizerInfo info_of(const SelectModel& model) {
  SummarizerInfo info = text_info_of(model);
  info.share = model.share;
  return info;
}

SummaryReadOptions summary_read_options(const SummaryInput& input, std::string_view kind) {
  InputOptions read;
  read.format = input.format;
  read.text_field = input.text_field;
  read.on_error = input.on_error;
  read.bad_utf8 = input.bad_utf8;
  const std::string& pieces = kind == "compress" ? input.tokens_field : input.sentences_field;
  return {read_options(read), input.summary_field, pieces, input.keep_field};
}

Summarizer::Summarizer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Summarizer::Summarizer(Summarizer&&) noexcept = default;
Summarizer& Summarizer::operator=(Summarizer&&) noexcept = default;
Summarizer::~Summarizer() = default;

Summarizer Summarizer::load(const std::string& path, int threads) { return from_file(ModelFile::open(path), threads); }

Summarizer Summarizer::from_file(const ModelFile& file, int threads) {
  const std::string* const kind = file.find_text("kind");
  auto executor = make_executor(threads);
  if (kind != nullptr && *kind == "write")
    return Summarizer(std::make_unique<State>(State{read_writer(file), std::move(executor), false}));
  if (kind != nullptr && *kind == "compress")
    return Summarizer(std::make_unique<State>(State{read_compressor(file), std::move(executor), false}));
  return Summarizer(std::make_unique<State>(State{read_selector(file), std::move(executor), false}));
}

void Summarizer::save(const std::string& path) const {
  refuse_no_name(path);
  std::visit([&](const auto& model) { recura::save(model, path); }, state_->model);
}

void Summarizer::select_by(Summarizer&& selector) {
  if (!std::holds_alternative<WriteModel>(state_->model))
    throw ArgumentError("a selector is for a model that writes; this one is of kind {}", info().kind);
  auto* const chooser = std::get_if<SelectModel>(&selector.state_->model);
  if (chooser == nullptr)
    throw ArgumentError("expected a model that chooses sentences, got one of kind {}", selector.info().kind);
  state_->selector = std::make_unique<SelectModel>(std::move(*chooser));
}

void Summarizer::judge_by(LanguageModel&& fluency) {
  if (!std::holds_alternative<CompressModel>(state_->model))
    throw ArgumentError("a language model is for a model that leaves words out; this one is of kind {}", info().kind);
  LanguageModelParts& judge = fluency.state_->model;
  if (const Unit unit = judge.encoder.tokenizer().rule().unit; unit != Unit::word)
    throw ArgumentError("the language model: expected one that reads words (--unit word), this one reads {}s",
                        unit == Unit::character ? "character" : "subword");
  state_->fluency = std::make_unique<LanguageModelParts>(std::move(judge));
}

PrecisionReport Summarizer::set_precision(const SummarizerExportOptions& options) {
  const Precision precision = precision_of(options.precision);
  return std::visit(
      [&](auto& model) -> PrecisionReport {
        if (precision == model.network->precision()) return {name(precision), name(precision)};
        SummaryData data;
        if (!options.dev.empty())
          data = read_summaries(options.dev, summary_read_options(options.input, kind_of(model)));
        const Narrowing narrowing = round_weights(model, precision, std::move(data.rows), *state_->executor);
        PrecisionReport report = report_of(narrowing, score_name(model));
        report.bad_rows = data.bad_rows;
        report.problems = lines_of(data.problems);
        return report;
      },
      state_->model);
}

Summary Summarizer::summarise(std::string_view text, const SummaryLength& length) const {
  return summarise(std::vector<std::string>{std::string(text)}, length).front();
}

std::vector<Summary> Summarizer::summarise(const std::vector<std::string>& texts, const SummaryLength& length) const {
  refuse_bad_utf8(texts);
  const FloatingState state;  // what is counted behind the network too must not hang on the caller's rounding
  std::vector<std::vector<Keyphrase>> found;  // first: it refuses other kinds of models
  if (length.keyphrases > 0) found = keyphrases(texts, static_cast<std::size_t>(length.keyphrases));
  auto result = state_->visit([&](const auto& model) { return summaries(model, texts, length, *state_->executor); });
  for (std::size_t i = 0; i < found.size(); ++i) result[i].keyphrases = std::move(found[i]);
  return result;
}

std::vector<Keyphrase> Summarizer::keyphrases(std::string_view text, std::size_t count) const {
  return std::move(keyphrases(std::vector<std::string>{std::string(text)}, count).front());
}

std::vector<std::vector<Keyphrase>> Summarizer::keyphrases(const std::vector<std::string>& texts,
                                                           std::size_t count) const {
  const auto* const model = std::get_if<SelectModel>(&state_->model);
  if (model == nullptr)
    throw ArgumentError("keyphrases are for a model that chooses sentences; this one is of kind {}", info().kind);
  refuse_bad_utf8(texts);
  const FloatingState state;
  const auto found = recura::keyphrases(*model, texts, count, *state_->executor);
  std::vector<std::vector<Keyphrase>> result;
  for (std::size_t i = 0; i < texts.size(); ++i) result.push_back(keyphrases_of(texts[i], found[i]));
  return result;
}

void Summarizer::extract(const std::string& path, const InputOptions& input,
                         const std::function<void(const SummaryRowAnswer&)>& row, const SummaryLength& length) const {
  constexpr std::size_t kRows = 256;
  const auto answer = [&](const std::vector<std::string>& texts) { return summarise(texts, length); };
  answer_rows(path, input, answer, row, kRows);
}

Benchmark Summarizer::benchmark(const std::string& path, const InputOptions& input, double seconds) const {
  const auto tokens = [&](const std::vector<std::string>& texts) {
    const auto& tokenizer =
        std::visit([](const auto& model) -> const Tokenizer& { return model.encoder.tokenizer(); }, state_->model);
    std::int64_t count = 0;
    for (const std::string& text : texts) count += std::ssize(tokenizer.cut(text));
    return count;
  };
  return measure(path, input, seconds,
                 {[&](const auto& texts) { summarise(texts); }, tokens, state_->executor->threads()});
}

SummarizerInfo Summarizer::info() const {
  return std::visit([](const auto& model) { return info_of(model); }, state_->model);
}

bool Summarizer::interrupted() const { return state_->interrupted; }

}  // namespace recura
