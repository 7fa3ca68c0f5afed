#include "task/tag/model.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "task/stored_names.h"
#include "task/tag/answer/segmenter.h"
#include "task/text_json.h"
#include "task/weights.h"

namespace recura {
namespace {

constexpr const char* kTask = "tag";

std::string problem_of(const TaggerModel& model) {
  const TagNetworkSpec& spec = model.network->spec();
  if (spec.tags != model.tags.size())
    return fmt::format("{} tags, but the network has {}", model.tags.size(), spec.tags);
  if (spec.labels != static_cast<Index>(model.labels.size()))
    return fmt::format("{} labels, but the network has {}", model.labels.size(), spec.labels);
  if (std::set(model.labels.begin(), model.labels.end()).size() != model.labels.size()) return "a label stands twice";
  const Index characters = model.encoder.characters().size();
  if (spec.characters.encoder == CharacterEncoder::none ? characters != 1
                                                        : spec.characters.vocabulary != characters + 1)
    return fmt::format("{} characters, but the network has {}", characters, spec.characters.vocabulary);
  return "";
}

/// Of a file: @throws DataError  if two lists that belong together are not of one length.
std::vector<LexiconEntry> lexicon_of(const ModelFile& file) {
  std::vector<std::string> forms = stored_texts(file, "lexicon"), types = stored_texts(file, "lexicon_types");
  if (forms.size() != types.size())
    throw DataError("the lexicon has {} forms, but {} types", forms.size(), types.size());
  std::vector<LexiconEntry> entries;
  for (std::size_t i = 0; i < forms.size(); ++i) entries.push_back({std::move(forms[i]), std::move(types[i])});
  return entries;
}

std::unique_ptr<TagNetwork> network_of(const ModelFile& file, const TagNetworkSpec& spec, const TagSet& tags) {
  const Precision precision = precision_of(stored_word(file, "precision"));
  check_weight_count(weight_count(spec), precision, file);
  if (spec.tags != tags.size()) throw DataError("{} tags, but the network has {}", tags.size(), spec.tags);
  auto network = std::make_unique<TagNetwork>(spec, tags.rules(), nullptr);
  read_weights(file, precision, *network);
  network->set_precision(precision);
  return network;
}

SpanCalibration calibration_of(const ModelFile& file, const TagSet& tags) {
  const auto stored = file.tensor<float>("calibration");
  if (stored.shape.rank() != 1) throw DataError("the calibration must have one axis");
  return {stored.elements, tags.types()};
}

}  // namespace

// What costs more memory than it has bytes in the file, the vocabularies and the lexicon, comes last.
TaggerModel tagger_of(const ModelFile& file, std::string_view task, std::set<std::string> texts) {
  texts.insert({"network", "precision", "text", "outside"});
  ModelFacts facts = read_facts(file, task, std::move(texts));
  TextRule rule = text_settings_of_words(file.text("text")).rule;
  const TagNetworkSpec spec = tag_network_from_json(file.text("network"));
  const std::string& outside = stored_word(file, "outside");
  if (outside != "true" && outside != "false") throw DataError("outside must be true or false, it is {:?}", outside);
  TagSet tags(stored_names(file, "types"), outside == "true");
  std::vector<std::string> labels = stored_names(file, "labels");
  SpanCalibration calibration = calibration_of(file, tags);
  auto network = network_of(file, spec, tags);
  std::vector<std::string> tensors = weight_names(*network, network->precision());
  tensors.emplace_back("calibration");
  const bool may_be_split = task != kTask;  // a segmenter, which is of this task, has none inside
  if (may_be_split) tensors.emplace_back(kSegmenter);
  refuse_unknown_tensors(file, tensors, {"types", "words", "characters", "lexicon", "lexicon_types", "labels"});
  if (may_be_split) rule = with_segmenter(std::move(rule), file);
  TaggerModel model{{rule, stored_vocabulary(file, "words"), stored_vocabulary(file, "characters"),
                     Lexicon(lexicon_of(file), Tokenizer(rule)), spec.channels},
                    std::move(tags),
                    std::move(network),
                    std::move(labels),
                    std::move(calibration),
                    std::move(facts)};
  if (const std::string problem = problem_of(model); !problem.empty()) throw DataError("{}", problem);
  return model;
}

void check(const TaggerModel& model) {
  if (const std::string problem = problem_of(model); !problem.empty()) throw ArgumentError("tagger: {}", problem);
}

void add_tagger(const TaggerModel& model, std::string_view task, ModelWriter& writer) {
  add_facts(model.facts, task, writer);
  writer.add_text("text", to_json(TextSettings{.rule = model.encoder.tokenizer().rule()}));
  add_segmenter(model.encoder.tokenizer().rule(), writer);
  writer.add_text("outside", model.tags.has_outside() ? "true" : "false");
  writer.add_text("network", to_json(model.network->spec()));
  writer.add_text("precision", name(model.network->precision()));
  writer.add_strings("types", model.tags.types());
  writer.add_strings("labels", model.labels);
  writer.add_strings("words", model.encoder.words().forms());
  writer.add_strings("characters", model.encoder.characters().forms());
  std::vector<std::string> forms, types;
  for (const LexiconEntry& entry : model.encoder.lexicon().entries()) {
    forms.push_back(entry.form);
    types.push_back(entry.type);
  }
  writer.add_strings("lexicon", forms);
  writer.add_strings("lexicon_types", types);
  const std::vector<float> calibration = model.calibration.numbers();
  writer.copy_tensor<float>("calibration", {std::ssize(calibration)}, calibration);
  add_weights(*model.network, model.network->precision(), writer);
}

void save(const TaggerModel& model, const std::string& path) {
  ModelWriter writer;
  add_tagger(model, kTask, writer);
  writer.save(path);
}

TaggerModel read_tagger(const ModelFile& file) {
  return read_model(file, [](const ModelFile& tagger) { return tagger_of(tagger, kTask); });
}

}  // namespace recura
