#pragma once

#include <recura/summarizer.h>

#include <memory>
#include <variant>

#include "base/executor.h"
#include "data/summary_data.h"
#include "task/narrow.h"
#include "task/summarise/compress/fluency.h"
#include "task/summarise/select/choose.h"
#include "task/summarise/select/model.h"
#include "task/summarise/write/reading.h"
#include "task/summarise/write/search/beam.h"
#include "task/text_json.h"

namespace recura {

struct Summarizer::State {
  std::variant<SelectModel, CompressModel, WriteModel> model;
  std::unique_ptr<Executor> executor;
  bool interrupted = false;
  /// Of a writer: what chooses the sentences that it reads of longer texts, if there is one.
  std::unique_ptr<SelectModel> selector = nullptr;
  /// Of a compressor: what judges how its summaries read, if there is one.
  std::unique_ptr<LanguageModelParts> fluency = nullptr;

  /// Gives the model to `use`: one that writes as a `Writer` with what chooses for it, one that leaves words out as a
  /// `Compressor` with what judges it.
  template <typename Use>
  auto visit(const Use& use) const {
    const auto* const writer = std::get_if<WriteModel>(&model);
    if (writer != nullptr) return use(Writer(*writer, selector.get()));
    const auto* const compressor = std::get_if<CompressModel>(&model);
    return compressor != nullptr ? use(Compressor(*compressor, fluency.get())) : use(std::get<SelectModel>(model));
  }
};

/// @throws ArgumentError  if a limit is out of range.
SummaryLimits limits_of(SummaryLength length);
/// The same for a compressor: those that it takes heed of.
SummaryLimits kept_limits_of(SummaryLength length);
/// The same for a writer; also if more summaries are wanted than the beam is wide, or the least words are more than the
/// most.
BeamOptions beam_of(WritingOptions options, const WriteModel& model);
/// What a compressor reads of pieces of a text are its words.
SummaryReadOptions summary_read_options(const SummaryInput& input, std::string_view kind = "select");

inline const char* kind_of(const SelectModel&) { return "select"; }
inline const char* kind_of(const CompressModel&) { return "compress"; }
inline const char* kind_of(const WriteModel&) { return "write"; }
inline const char* kind_of(const Compressor& one) { return kind_of(one.model); }
inline const char* kind_of(const Writer& one) { return kind_of(one.model); }

// What a summarizer does, of each kind.

std::vector<Summary> summaries(const SelectModel& model, const std::vector<std::string>& texts,
                               const SummaryLength& length, Executor& executor);
std::vector<Summary> summaries(const Compressor& compressor, const std::vector<std::string>& texts,
                               const SummaryLength& length, Executor& executor);
std::vector<Summary> summaries(const Writer& writer, const std::vector<std::string>& texts, const SummaryLength& length,
                               Executor& executor);
SummaryEvaluation evaluate(const SelectModel& model, SummaryData data, const SummaryEvaluationOptions& options,
                           Executor& executor);
SummaryEvaluation evaluate(const Compressor& compressor, SummaryData data, const SummaryEvaluationOptions& options,
                           Executor& executor);
SummaryEvaluation evaluate(const Writer& writer, SummaryData data, const SummaryEvaluationOptions& options,
                           Executor& executor);
/// The rows are those of a dev part.
Narrowing round_weights(SelectModel& model, Precision precision, std::vector<SummaryRow> rows, Executor& executor);
Narrowing round_weights(CompressModel& model, Precision precision, std::vector<SummaryRow> rows, Executor& executor);
Narrowing round_weights(WriteModel& model, Precision precision, std::vector<SummaryRow> rows, Executor& executor);
/// What is told of all kinds.
template <typename Model>
SummarizerInfo common_info_of(const Model& model) {
  SummarizerInfo info;
  info.kind = kind_of(model);
  info.weights = static_cast<std::int64_t>(weight_count(model.network->spec()));
  info.digest = model.facts.digest;
  info.precision = name(model.network->precision());
  info.network = to_json(model.network->spec());
  info.options = model.facts.options;
  info.training = model.facts.training;
  info.narrowing = model.facts.narrowing;
  info.notes = model.facts.notes;
  return info;
}
/// And of those that read texts by one vocabulary.
template <typename Model>
SummarizerInfo text_info_of(const Model& model) {
  const TextEncoder& encoder = model.encoder;
  SummarizerInfo info = common_info_of(model);
  info.vocabulary = encoder.vocabulary().size();
  info.text = shown_json(TextSettings{encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()});
  return info;
}
SummarizerInfo info_of(const SelectModel& model);
SummarizerInfo info_of(const CompressModel& model);
SummarizerInfo info_of(const WriteModel& model);
inline const char* score_name(const SelectModel&) { return "F1"; }
inline const char* score_name(const CompressModel&) { return "F1"; }
inline const char* score_name(const WriteModel&) { return "ROUGE"; }

}  // namespace recura
