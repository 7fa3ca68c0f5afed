#include <recura/classifier.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "api/benchmark.h"
#include "api/classify/gold_rows.h"
#include "api/classify/state.h"
#include "api/rounds.h"
#include "api/training.h"
#include "base/error.h"
#include "base/file.h"
#include "task/classify/answer/explain.h"
#include "task/classify/answer/predict.h"
#include "task/classify/objective.h"
#include "task/classify/train.h"
#include "task/encode.h"
#include "task/text_json.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// With the likeliest labels beside those that are its own.
Answer answer_of(std::span<const double> probabilities, const ClassifierModel& model,
                 const std::vector<double>& thresholds, const LabellingOptions& options) {
  const bool several = model.decision.several;
  const auto order = likeliest(probabilities, several ? Classifier::kAllLabels : std::max<std::size_t>(options.top, 1));
  Answer answer;
  answer.score = probabilities[order[0]];
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t k = order[i];
    if (several ? probabilities[k] >= thresholds[k] : i == 0 && probabilities[k] >= options.abstain)
      answer.labels.emplace_back(model.labels[k], probabilities[k]);
    if (i < options.top) answer.scores.emplace_back(model.labels[k], probabilities[k]);
  }
  if (!answer.labels.empty()) std::tie(answer.label, answer.score) = answer.labels.front();
  return answer;
}

/// `State` is that of a classifier.
template <typename State>
std::vector<Answer> answers(const State& state, std::span<const std::string> texts,
                            const LabellingOptions& options = {.top = Classifier::kAllLabels}) {
  constexpr std::size_t kProbabilities = std::size_t{4} << 20;  // that are in memory at a time
  const std::size_t labels = state.model.labels.size();
  const std::vector<double> thresholds = state.thresholds();
  const std::size_t rows = std::max<std::size_t>(1, kProbabilities / labels);
  std::vector<Answer> result;
  for (std::size_t begin = 0; begin < texts.size(); begin += rows) {
    const auto some = texts.subspan(begin, std::min(rows, texts.size() - begin));
    const auto probabilities = state.probabilities(some);
    for (std::size_t row = 0; row < some.size(); ++row)
      result.push_back(
          answer_of(std::span(probabilities).subspan(row * labels, labels), state.model, thresholds, options));
  }
  return result;
}

/// A subword without a place of its own, as that of the blank before a word, adds to the one that it touches, or to the
/// next one.
std::vector<TokenWeight> placed_weights(const std::vector<Token>& places, const TokenWeights& why) {
  std::vector<TokenWeight> placed;
  double weight = 0, attention = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Token& place = places[i];
    weight += why.weights[i];
    attention += why.attention.empty() ? 0 : why.attention[i];
    const bool is_empty = place.begin == place.end;
    const bool touches = !placed.empty() && placed.back().end == place.begin;
    if (is_empty && !touches && i + 1 < places.size()) continue;
    if (is_empty && !placed.empty()) {
      placed.back().weight += weight;
      placed.back().attention += attention;
    } else {
      placed.push_back({place.begin, place.end, weight, attention});
    }
    weight = attention = 0;
  }
  return placed;
}

}  // namespace

std::unique_ptr<Executor> make_executor(std::int64_t threads) {
  if (threads < 0 || threads > kMostThreads)
    throw ArgumentError("threads: expected an integer in 0 ... {}, got {}", kMostThreads, threads);
  return threads == 0 ? std::make_unique<Executor>() : std::make_unique<Executor>(static_cast<int>(threads));
}

Precision precision_of(TrainOptions::Precision precision) {
  constexpr Precision kPrecisions[] = {Precision::float32, Precision::bf16, Precision::int8};
  return kPrecisions[static_cast<std::size_t>(precision)];
}

PrecisionReport report_of(const Narrowing& narrowing, const std::string& score) {
  PrecisionReport report{name(narrowing.from), name(narrowing.to), narrowing.rows};
  report.score_name = score;
  report.score_before = narrowing.before.score;
  report.score = narrowing.after.score;
  report.loss_before = narrowing.before.loss;
  report.loss = narrowing.after.loss;
  return report;
}

Classifier::Classifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Classifier Classifier::load(const std::string& path, int threads) { return from_file(ModelFile::open(path), threads); }

Classifier Classifier::from_file(const ModelFile& file, int threads) {
  return Classifier(std::make_unique<State>(State{read_classifier(file), make_executor(threads)}));
}

void Classifier::save(const std::string& path) const {
  refuse_no_name(path);
  recura::save(state_->model, path);
}

PrecisionReport Classifier::set_precision(const ExportOptions& options) {
  ClassifierModel& model = state_->model;
  const Precision precision = precision_of(options.precision);
  if (precision == model.network->precision()) return {name(precision), name(precision)};
  LabelledData data;
  GoldRows gold;
  LabelledIds rows;
  if (!options.dev.empty()) {
    data = read_labelled(options.dev, read_options(options.input, model));
    gold = gold_rows(data, model.labels);
    rows = {
        encode(model.encoder, data.texts, *state_->executor).ids, std::move(gold.labels), {}, model.encoder.pieces()};
  }
  if (!rows.labels.empty() && gold.known == 0)
    throw DataError("{}: no row has a label of the model{}", shown(options.dev), left_out(data));
  const LabelledIds none;
  const ClassificationObjective objective(*model.network, none, rows, model.decision.several);
  const Narrowing narrowing = narrow(*model.network, precision, objective, std::ssize(rows.ids), *state_->executor);
  const std::string score = score_name(model.decision.several);
  model.facts.narrowing = to_json(narrowing, score);
  PrecisionReport report = report_of(narrowing, score);
  report.bad_rows = data.bad_rows;
  report.problems = lines_of(data.problems);
  report.unseen_rows = gold.unseen_rows;
  return report;
}

Answer Classifier::classify(std::string_view text) const {
  return classify(std::vector<std::string>{std::string(text)}).front();
}

std::vector<Answer> Classifier::classify(const std::vector<std::string>& texts) const {
  refuse_bad_utf8(texts);
  return answers(*state_, texts);
}

struct Classifier::Stream::State {
  const Classifier::State& classifier;
  LabellingOptions options;
  PieceReader reader;
};

Classifier::Stream::Stream(std::unique_ptr<State> state) : state_(std::move(state)) {}
Classifier::Stream::Stream(Stream&&) noexcept = default;
Classifier::Stream::~Stream() = default;

Classifier::Stream Classifier::stream(const LabellingOptions& options) const {
  constexpr Index kTokens = 512;  // that are read together
  const Network& network = *state_->model.network;
  check_abstain(state_->model, options.abstain);
  if (!network.streams())
    throw ArgumentError(
        "a stream (--running): the model reads texts in both directions; expected one trained with --no-bidirectional");
  if (!state_->companions.empty()) throw ArgumentError("stream: several models that answer together read no streams");
  return Stream(std::make_unique<Stream::State>(
      Stream::State{*state_, options, PieceReader(network, {kTokens, true}, *state_->executor)}));
}

Answer Classifier::Stream::read(std::string_view part) {
  refuse_bad_utf8(part);
  const ClassifierModel& model = state_->classifier.model;
  model.encoder.each_id(part, [this](std::int32_t id) { state_->reader.add(id); });
  const MeanLogits logits = state_->reader.finish();
  const auto p = probabilities({&logits, 1}, model.labels.size(), model.decision);
  return answer_of(p, model, model.decision.thresholds, state_->options);
}

Explanation Classifier::explain(std::string_view text, const std::string& label) const {
  if (!state_->companions.empty())
    throw ArgumentError("explain: several models that answer together have no one reason");
  const Answer answer = classify(text);
  const ClassifierModel& model = state_->model;
  const std::string& wanted = label.empty() ? answer.scores.front().first : label;
  const auto found = std::ranges::find(model.labels, wanted);
  if (found == model.labels.end()) throw ArgumentError("explain: the model has no label {:?}", wanted);
  const EncodedText encoded = model.encoder.encode(text);
  const auto number = static_cast<std::size_t>(found - model.labels.begin());
  const TokenWeights why =
      recura::explain(*model.network, model.decision, encoded.ids, number, *state_->executor, model.encoder.pieces());
  return {wanted, 1 / (1 + std::exp(-why.log_odds)), why.log_odds, why.without, placed_weights(encoded.tokens, why)};
}

void Classifier::extract(const std::string& path, const InputOptions& input,
                         const std::function<void(const ExtractedRow&)>& row, const LabellingOptions& options) const {
  check_abstain(state_->model, options.abstain);
  constexpr std::size_t kRoundLabels = std::size_t{1} << 20;
  std::optional<Stream> text;
  if (options.running) text.emplace(stream(options));
  const auto answer = [&](const std::vector<std::string>& texts) {
    if (!text) return answers(*state_, texts, options);
    std::vector<Answer> so_far;
    for (const std::string& part : texts) so_far.push_back(text->read(part));
    return so_far;
  };
  answer_rows(path, input, answer, row, kRoundLabels / std::max<std::size_t>(options.top, 1));
}

Benchmark Classifier::benchmark(const std::string& path, const InputOptions& input, double seconds) const {
  Executor& executor = *state_->executor;
  return measure(
      path, input, seconds,
      {[&](const auto& texts) { classify(texts); },
       [&](const auto& texts) { return encode(state_->model.encoder, texts, executor).tokens; }, executor.threads()});
}

const std::vector<std::string>& Classifier::labels() const { return state_->model.labels; }
bool Classifier::interrupted() const { return state_->interrupted; }

ModelInfo Classifier::info() const {
  const ClassifierModel& model = state_->model;
  const TextEncoder& encoder = model.encoder;
  return {model.labels,
          model.decision.several,
          model.decision.thresholds,
          model.decision.temperature,
          model.decision.dev_rows,
          encoder.vocabulary().size(),
          static_cast<std::int64_t>(weight_count(model.network->layers())),
          model.facts.digest,
          name(model.network->precision()),
          to_json(model.network->layers()),
          shown_json(TextSettings{encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()}),
          model.facts.options,
          model.facts.training,
          model.facts.narrowing,
          model.facts.notes};
}

}  // namespace recura
