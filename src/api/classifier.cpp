#include <recura/classifier.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "api/benchmark.h"
#include "api/input.h"
#include "api/rounds.h"
#include "api/state.h"
#include "base/error.h"
#include "task/classify/explain.h"
#include "task/classify/objective.h"
#include "task/classify/predict.h"
#include "task/classify/report.h"
#include "task/text_json.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr std::size_t kAllLabels = std::numeric_limits<std::size_t>::max();

/// With the `top` likeliest labels; of two that are equally likely, the first.
Answer answer_of(std::span<const double> probabilities, const std::vector<std::string>& labels, std::size_t top) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t kept = std::clamp<std::size_t>(top, 1, labels.size());
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(kept),
                            [&](std::size_t a, std::size_t b) {
                              return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
                            });
  Answer answer{labels[order[0]], probabilities[order[0]], {}};
  order.resize(std::min(kept, top));
  for (const std::size_t k : order) answer.scores.emplace_back(labels[k], probabilities[k]);
  return answer;
}

std::vector<Answer> answers(const ClassifierModel& model, std::span<const std::string> texts, Executor& executor,
                            std::size_t top = kAllLabels) {
  constexpr std::size_t kProbabilities = std::size_t{4} << 20;  // that are in memory at a time
  const EncodedTexts encoded = encode(model.encoder, texts, executor);
  const std::size_t labels = model.labels.size();
  const std::size_t rows = std::max<std::size_t>(1, kProbabilities / labels);
  std::vector<Answer> result;
  for (std::size_t begin = 0; begin < texts.size(); begin += rows) {
    const auto some = std::span(encoded.ids).subspan(begin, std::min(rows, texts.size() - begin));
    const auto probabilities = predict(*model.network, some, labels, executor);
    for (std::size_t row = 0; row < some.size(); ++row)
      result.push_back(answer_of(std::span(probabilities).subspan(row * labels, labels), model.labels, top));
  }
  return result;
}

/// The number of each row's label, and which labels the model does not know.
std::vector<std::int32_t> numbers_of(const std::vector<std::string>& rows, const std::vector<std::string>& labels,
                                     std::set<std::string>& unseen) {
  std::vector<std::int32_t> numbers;
  for (const std::string& label : rows) {
    const auto found = std::ranges::find(labels, label);
    numbers.push_back(found == labels.end() ? kUnseenLabel : static_cast<std::int32_t>(found - labels.begin()));
    if (found == labels.end()) unseen.insert(label);
  }
  return numbers;
}

LabelRates rates_of(const std::string& label, const PrecisionRecall& rates, std::int64_t rows) {
  return {label, rates.precision, rates.recall, rates.f1, rows};
}

}  // namespace

std::unique_ptr<Executor> make_executor(std::int64_t threads) {
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

void Classifier::save(const std::string& path) const { recura::save(state_->model, path); }

PrecisionReport Classifier::set_precision(const ExportOptions& options) {
  ClassifierModel& model = state_->model;
  const Precision precision = precision_of(options.precision);
  if (precision == model.network->precision()) return {name(precision), name(precision)};
  LabelledIds rows;
  LabelledData data;
  if (!options.dev.empty()) {
    data = read_labelled(options.dev, read_options(options.input));
    std::set<std::string> unseen;
    rows = {encode(model.encoder, data.texts, *state_->executor).ids, numbers_of(data.labels, model.labels, unseen)};
  }
  const auto unseen_rows = std::ranges::count(rows.labels, kUnseenLabel);
  if (!rows.labels.empty() && unseen_rows == std::ssize(rows.labels))
    throw DataError("{}: no row has a label of the model{}", shown(options.dev), left_out(data));
  const LabelledIds none;
  const ClassificationObjective objective(*model.network, none, rows);
  const Narrowing narrowing = narrow(*model.network, precision, objective, std::ssize(rows.ids), *state_->executor);
  model.facts.narrowing = to_json(narrowing, "accuracy");
  PrecisionReport report = report_of(narrowing, "accuracy");
  report.bad_rows = data.bad_rows;
  report.problems = lines_of(data.problems);
  report.unseen_rows = unseen_rows;
  return report;
}

Answer Classifier::classify(std::string_view text) const {
  return classify(std::vector<std::string>{std::string(text)}).front();
}

std::vector<Answer> Classifier::classify(const std::vector<std::string>& texts) const {
  for (const std::string& text : texts) refuse_bad_utf8(text);
  return answers(state_->model, texts, *state_->executor);
}

Explanation Classifier::explain(std::string_view text, const std::string& label) const {
  const Answer answer = classify(text);
  const ClassifierModel& model = state_->model;
  const std::string& wanted = label.empty() ? answer.label : label;
  const auto found = std::ranges::find(model.labels, wanted);
  if (found == model.labels.end()) throw ArgumentError("explain: the model has no label {:?}", wanted);
  const EncodedText encoded = model.encoder.encode(text);
  const TokenWeights why = recura::explain(
      *model.network, encoded.ids, static_cast<std::size_t>(found - model.labels.begin()), false, *state_->executor);
  Explanation result{wanted, 1 / (1 + std::exp(-why.log_odds)), why.log_odds, why.without, {}};
  for (std::size_t i = 0; i < encoded.tokens.size(); ++i) {
    result.tokens.push_back(
        {encoded.tokens[i].begin, encoded.tokens[i].end, why.weights[i], why.attention.empty() ? 0 : why.attention[i]});
  }
  return result;
}

Evaluation Classifier::evaluate(const std::string& path, const InputOptions& input) const {
  const LabelledData data = read_labelled(path, read_options(input));
  const std::vector<std::string>& labels = state_->model.labels;
  std::set<std::string> unseen;
  const std::vector<std::int32_t> gold = numbers_of(data.labels, labels, unseen);
  const EncodedTexts encoded = encode(state_->model.encoder, data.texts, *state_->executor);
  const auto report = classification_report(
      gold, predict(*state_->model.network, encoded.ids, labels.size(), *state_->executor), labels.size());

  Evaluation e{std::string(name(data.format)),
               report.rows,
               data.bad_rows,
               lines_of(data.problems),
               report.unseen,
               {unseen.begin(), unseen.end()},
               report.accuracy,
               report.log_loss,
               report.majority,
               {},
               rates_of("micro", report.micro, report.rows),
               rates_of("macro", report.macro, report.rows),
               {}};
  for (std::size_t k = 0; k < labels.size(); ++k) {
    e.labels.push_back(rates_of(labels[k], report.labels[k], report.support[k]));
    if (report.confusion.empty()) continue;
    const auto row = report.confusion.begin() + static_cast<std::ptrdiff_t>(k * labels.size());
    e.confusion.emplace_back(row, row + static_cast<std::ptrdiff_t>(labels.size()));
  }
  return e;
}

void Classifier::extract(const std::string& path, const InputOptions& input,
                         const std::function<void(const ExtractedRow&)>& row, std::size_t top) const {
  constexpr std::size_t kRoundLabels = std::size_t{1} << 20;
  const auto answer = [&](const std::vector<std::string>& texts) {
    return answers(state_->model, texts, *state_->executor, top);
  };
  answer_rows(path, input, answer, row, kRoundLabels / std::max<std::size_t>(top, 1));
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
          encoder.vocabulary().size(),
          static_cast<std::int64_t>(weight_count(model.network->layers())),
          model.facts.digest,
          name(model.network->precision()),
          to_json(model.network->layers()),
          to_json(TextSettings{encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()}),
          model.facts.options,
          model.facts.training,
          model.facts.narrowing,
          model.facts.notes};
}

}  // namespace recura
