#include <recura/tagger.h>

#include <algorithm>

#include "api/benchmark.h"
#include "api/classify/state.h"
#include "api/input.h"
#include "api/rounds.h"
#include "api/tag/lexicon_files.h"
#include "api/tag/state.h"
#include "api/training.h"
#include "base/error.h"
#include "base/file.h"
#include "task/narrow.h"
#include "task/tag/answer/extract.h"
#include "task/tag/objective.h"
#include "task/text_json.h"

namespace recura {
namespace {

std::vector<Entity> entities_of(std::vector<FoundEntity>&& found) {
  std::vector<Entity> entities;
  for (FoundEntity& one : found) entities.push_back({one.begin, one.end, std::move(one.type), one.score});
  return entities;
}

TaggedAnswer answer_of(ExtractedText&& text, const std::vector<std::string>& labels) {
  TaggedAnswer answer;
  answer.entities = entities_of(std::move(text.entities));
  for (SpanReading& reading : text.readings)
    answer.readings.push_back({entities_of(std::move(reading.entities)), reading.log_probability});
  answer.log_probability = text.log_probability;
  if (text.labels.empty()) return answer;
  const auto best = std::ranges::max_element(text.labels);
  answer.label = labels[static_cast<std::size_t>(best - text.labels.begin())];
  answer.label_score = *best;
  return answer;
}

/// Of each type the score from which on spans are given, and notes on types of which dev texts told nothing.
std::vector<double> thresholds_of(const TaggingOptions& options, const TaggerModel& model,
                                  std::vector<std::string>& notes) {
  const auto precision = static_cast<std::size_t>(options.target_precision);
  const std::vector<std::string>& types = model.tags.types();
  std::vector<double> thresholds(types.size(), options.min_score);
  for (std::size_t type = 0; precision > 0 && type < types.size(); ++type) {
    const double chosen = model.calibration.threshold(type, precision - 1);
    thresholds[type] = std::max(options.min_score, chosen);
    if (chosen == 0)
      notes.push_back(fmt::format("no dev text told how precise {} is: all of its spans are kept", types[type]));
  }
  return thresholds;
}

/// The same of other spans than the likeliest.
std::vector<double> other_thresholds_of(const TaggingOptions& options, const TaggerModel& model,
                                        std::vector<std::string>& notes) {
  const auto recall = static_cast<std::size_t>(options.target_recall);
  const std::vector<std::string>& types = model.tags.types();
  std::vector<double> thresholds(types.size());
  for (std::size_t type = 0; recall > 0 && type < types.size(); ++type) {
    thresholds[type] = model.calibration.recall_threshold(type, recall - 1);
    if (thresholds[type] > 0) continue;
    const std::string why = thresholds[type] < 0 ? fmt::format("no dev text told what finds {}", types[type])
                                                 : fmt::format("so many of {} were not found on dev", types[type]);
    notes.push_back(fmt::format("{}: all of a probability of {} and more are given", why, kLeastProbable));
  }
  return thresholds;
}

void check(const TaggingOptions& options, const TaggerModel& model) {
  const bool for_precision = options.target_precision != TaggingOptions::TargetPrecision::none;
  const bool for_recall = options.target_recall != TaggingOptions::TargetRecall::none;
  if (!model.tags.has_outside() && (options.min_score > 0 || for_precision || for_recall))
    throw ArgumentError(
        "--min-score, --target-precision, --target-recall: the model cuts text into words, none can be left out");
  if (for_precision && for_recall) throw ArgumentError("--target-precision, --target-recall: the one or the other");
}

}  // namespace

TaggedReadOptions tagged_read_options(const TaggedInput& input) {
  TaggedReadOptions options;
  if (!input.format.empty()) options.format = tagged_format_from(input.format);
  if (input.scheme != TaggedInput::Scheme::detect)
    options.scheme = static_cast<TagScheme>(static_cast<int>(input.scheme) - 1);
  options.token_column = input.token_column;
  options.tag_column = input.tag_column;
  options.repair = input.repair;
  options.own_types = input.own_types;
  options.skip_bad = input.on_error == InputOptions::OnError::skip;
  options.replace_bad_utf8 = input.bad_utf8 == InputOptions::BadUtf8::replace;
  if (input.text_field.find(',') != std::string::npos)
    throw ArgumentError("--text-field: marked spans lie in one field, got {:?}", input.text_field);
  options.text_field = input.text_field;
  options.label_field = input.label_field;
  options.spans_field = input.spans_field;
  return options;
}

Tagger::Tagger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tagger::Tagger(Tagger&&) noexcept = default;
Tagger& Tagger::operator=(Tagger&&) noexcept = default;
Tagger::~Tagger() = default;

Tagger Tagger::load(const std::string& path, int threads) { return from_file(ModelFile::open(path), threads); }

Tagger Tagger::from_file(const ModelFile& file, int threads) {
  return Tagger(std::make_unique<State>(State{read_tagger(file), make_executor(threads)}));
}

void Tagger::save(const std::string& path) const {
  refuse_no_name(path);
  recura::save(state_->model, path);
}

PrecisionReport Tagger::set_precision(const TaggerExportOptions& options) {
  TaggerModel& model = state_->model;
  const Precision precision = precision_of(options.precision);
  if (precision == model.network->precision()) return {name(precision), name(precision)};
  TaggedFeatures dev;
  PrecisionReport of_file;
  if (!options.dev.empty()) {
    TaggedReadOptions reading = tagged_read_options(options.input);
    reading.rule = model.encoder.tokenizer().rule();
    TaggedData data = read_tagged(options.dev, reading);
    of_file.bad_rows = data.bad_rows;
    of_file.problems = lines_of(data.problems);
    dev = tagged_features(model, std::move(data.texts), true, of_file.unseen_rows, *state_->executor);
  }
  const TaggedFeatures none;
  const TagObjective objective(*model.network, model.tags, none, dev);
  const Narrowing narrowing = narrow(*model.network, precision, objective, std::ssize(dev.texts), *state_->executor);
  model.facts.narrowing = to_json(narrowing, "f1");
  PrecisionReport report = report_of(narrowing, "F1");
  report.bad_rows = of_file.bad_rows;
  report.problems = std::move(of_file.problems);
  report.unseen_rows = of_file.unseen_rows;
  return report;
}

std::vector<std::string> Tagger::configure(const TaggingOptions& options) {
  constexpr double kHint = 3, kOrder = 1000;  // the scores of a trained network differ by some tens
  check_ranges(options);
  check(options, state_->model);
  LexiconFiles files = read_lexicon(options.dictionary);
  const TaggerModel& model = state_->model;
  const double bonus = options.dictionary_mode == TaggingOptions::Mode::force ? kOrder : kHint;
  state_->dictionary =
      files.entries.empty()
          ? nullptr
          : std::make_unique<TagDictionary>(std::move(files.entries), model.encoder.tokenizer(), model.tags, bonus);
  state_->thresholds = thresholds_of(options, model, files.notes);
  state_->other_thresholds = other_thresholds_of(options, model, files.notes);
  state_->query = {.least = options.target_recall == TaggingOptions::TargetRecall::none ? 0 : kLeastProbable,
                   .readings = static_cast<std::size_t>(options.readings)};
  return std::move(files.notes);
}

TaggedAnswer Tagger::tag(std::string_view text) const {
  return tag(std::vector<std::string>{std::string(text)}).front();
}

std::vector<TaggedAnswer> Tagger::tag(const std::vector<std::string>& texts) const {
  refuse_bad_utf8(texts);
  std::vector<TaggedAnswer> answers;
  for (ExtractedText& text :
       recura::extract(state_->model, texts, *state_->executor, state_->dictionary.get(), state_->query)) {
    std::erase_if(text.entities, [&](const FoundEntity& one) { return !state_->is_kept(one, one.type); });
    answers.push_back(answer_of(std::move(text), state_->model.labels));
  }
  return answers;
}

void Tagger::extract(const std::string& path, const InputOptions& input,
                     const std::function<void(const TaggedRow&)>& row) const {
  constexpr std::size_t kRows = 1024;
  const auto answer = [&](const std::vector<std::string>& texts) { return tag(texts); };
  answer_rows(path, input, answer, row, kRows);
}

Benchmark Tagger::benchmark(const std::string& path, const InputOptions& input, double seconds) const {
  const auto tokens = [&](const std::vector<std::string>& texts) {
    std::int64_t count = 0;
    for (const std::string& text : texts) count += std::ssize(state_->model.encoder.tokenizer().cut(text));
    return count;
  };
  return measure(path, input, seconds, {[&](const auto& texts) { tag(texts); }, tokens, state_->executor->threads()});
}

TaggerInfo Tagger::info() const {
  const TaggerModel& model = state_->model;
  const TokenEncoder& encoder = model.encoder;
  return {model.tags.types(),
          model.labels,
          !model.tags.has_outside(),
          encoder.words().size(),
          encoder.characters().size(),
          std::ssize(encoder.lexicon().entries()),
          static_cast<std::int64_t>(weight_count(model.network->spec())),
          model.facts.digest,
          name(model.network->precision()),
          to_json(model.network->spec()),
          shown_json({.rule = encoder.tokenizer().rule()}),
          model.facts.options,
          model.facts.training,
          model.facts.narrowing,
          model.facts.notes};
}

bool Tagger::interrupted() const { return state_->interrupted; }

}  // namespace recura
