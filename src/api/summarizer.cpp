#include <recura/summarizer.h>

#include <algorithm>

#include "api/benchmark.h"
#include "api/input.h"
#include "api/rounds.h"
#include "api/state.h"
#include "api/summarizer_state.h"
#include "base/error.h"
#include "task/summarise/select/choose.h"
#include "task/summarise/select/objective.h"
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

}  // namespace

SummaryLimits limits_of(const SummaryLength& length) {
  SummaryLength checked = length;
  for (const Option& option : describe(checked)) option.set(option.get());  // the range of every field
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
  std::visit([&](const auto& model) { recura::save(model, path); }, state_->model);
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
  for (const std::string& text : texts) refuse_bad_utf8(text);
  return std::visit([&](const auto& model) { return summaries(model, texts, length, *state_->executor); },
                    state_->model);
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
