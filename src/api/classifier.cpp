#include <recura/classifier.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "api/input.h"
#include "api/state.h"
#include "base/error.h"
#include "data/text_rows.h"
#include "task/classify/predict.h"
#include "task/classify/report.h"
#include "task/text_json.h"
#include "text/utf8.h"

namespace recura {
namespace {

Answer answer_of(std::span<const double> probabilities, const std::vector<std::string>& labels) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  Answer answer{labels[order[0]], probabilities[order[0]], {}};
  for (const std::size_t k : order) answer.scores.emplace_back(labels[k], probabilities[k]);
  return answer;
}

std::vector<Answer> answers(const ClassifierModel& model, std::span<const std::string> texts, Executor& executor) {
  const EncodedTexts encoded = encode(model.encoder, texts, executor);
  const std::size_t labels = model.labels.size();
  const auto probabilities = predict(*model.network, encoded.ids, labels, executor);
  std::vector<Answer> result;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    result.push_back(answer_of(std::span(probabilities).subspan(row * labels, labels), model.labels));
  }
  return result;
}

void check_utf8(std::string_view text) {
  if (const auto bad = find_bad_utf8(text))
    throw DataError("the text is no UTF-8 at line {}, column {}", bad->line, bad->column);
}

LabelRates rates_of(const std::string& label, const PrecisionRecall& rates, std::int64_t rows) {
  return {label, rates.precision, rates.recall, rates.f1, rows};
}

/// Rows of one round of `extract`: enough to fill the threads, little enough for constant memory.
constexpr std::size_t kRoundRows = 1024;
constexpr std::size_t kRoundBytes = std::size_t{4} << 20;

/// Fills `rows` with the next ones; false if there are none.
bool read_round(TextRowReader& reader, std::vector<ExtractedRow>& rows, bool fail) {
  rows.clear();
  std::size_t bytes = 0;
  for (TextRow row; rows.size() < kRoundRows && bytes < kRoundBytes && reader.next(row);) {
    if (fail && !row.error.empty()) throw DataError("line {}: {}", row.line, row.error);
    bytes += row.text.size() + row.fields.size();
    rows.push_back({row.line, std::move(row.text), std::move(row.fields), std::move(row.error), {}});
  }
  return !rows.empty();
}

}  // namespace

std::unique_ptr<Executor> make_executor(std::int64_t threads) {
  return threads == 0 ? std::make_unique<Executor>() : std::make_unique<Executor>(static_cast<int>(threads));
}

Classifier::Classifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Classifier Classifier::load(const std::string& path, int threads) {
  return Classifier(std::make_unique<State>(State{load_classifier(path), make_executor(threads)}));
}

void Classifier::save(const std::string& path) const { recura::save(state_->model, path); }

Answer Classifier::classify(std::string_view text) const {
  return classify(std::vector<std::string>{std::string(text)}).front();
}

std::vector<Answer> Classifier::classify(const std::vector<std::string>& texts) const {
  for (const std::string& text : texts) check_utf8(text);
  return answers(state_->model, texts, *state_->executor);
}

Evaluation Classifier::evaluate(const std::string& path, const InputOptions& input) const {
  const LabelledData data = read_labelled(path, read_options(input));
  const std::vector<std::string>& labels = state_->model.labels;
  std::vector<std::int32_t> gold;
  std::set<std::string> unseen;
  for (const std::string& label : data.labels) {
    const auto found = std::ranges::find(labels, label);
    gold.push_back(found == labels.end() ? kUnseenLabel : static_cast<std::int32_t>(found - labels.begin()));
    if (found == labels.end()) unseen.insert(label);
  }
  const EncodedTexts encoded = encode(state_->model.encoder, data.texts, *state_->executor);
  const auto report = classification_report(
      gold, predict(*state_->model.network, encoded.ids, labels.size(), *state_->executor), labels.size());

  Evaluation e{std::string(name(data.format)),
               report.rows,
               data.bad_rows,
               problems_of(data),
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
                         const std::function<void(const ExtractedRow&)>& row) const {
  TextRowReader reader(path, read_options(input));
  std::vector<ExtractedRow> rows;
  std::vector<std::string> texts;
  while (read_round(reader, rows, input.on_error == InputOptions::OnError::fail)) {
    texts.clear();
    for (ExtractedRow& one : rows) texts.push_back(one.error.empty() ? std::move(one.text) : std::string());
    std::vector<Answer> found = answers(state_->model, texts, *state_->executor);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].text = std::move(texts[i]);
      if (rows[i].error.empty()) rows[i].answer = std::move(found[i]);
      row(rows[i]);
    }
  }
}

const std::vector<std::string>& Classifier::labels() const { return state_->model.labels; }
bool Classifier::interrupted() const { return state_->interrupted; }

ModelInfo Classifier::info() const {
  const ClassifierModel& model = state_->model;
  const TextEncoder& encoder = model.encoder;
  return {model.labels,
          encoder.vocabulary().size(),
          static_cast<std::int64_t>(weight_count(model.network->layers())),
          model.digest,
          to_json(model.network->layers()),
          to_json(TextSettings{encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()}),
          model.options,
          model.training,
          model.notes};
}

}  // namespace recura
