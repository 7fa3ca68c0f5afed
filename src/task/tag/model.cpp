#include "task/tag/model.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "task/text_json.h"
#include "task/weights.h"
#include "text/utf8.h"

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

/// Of a file: @throws DataError  if two lists that belong together are not of one length, or a type stands twice.
std::vector<LexiconEntry> lexicon_of(const ModelFile& file) {
  std::vector<std::string> forms = file.strings("lexicon"), types = file.strings("lexicon_types");
  if (forms.size() != types.size())
    throw DataError("the lexicon has {} forms, but {} types", forms.size(), types.size());
  std::vector<LexiconEntry> entries;
  for (std::size_t i = 0; i < forms.size(); ++i) entries.push_back({std::move(forms[i]), std::move(types[i])});
  return entries;
}

std::vector<std::string> names_of(const ModelFile& file, const char* list) {
  std::vector<std::string> names = file.strings(list);
  for (const std::string& name : names) {
    if (find_bad_utf8(name)) throw DataError("\"{}\" holds what is no UTF-8", list);
  }
  if (std::set(names.begin(), names.end()).size() != names.size()) throw DataError("\"{}\" holds a name twice", list);
  return names;
}

std::unique_ptr<TagNetwork> network_of(const ModelFile& file, const TagNetworkSpec& spec, const TagSet& tags) {
  const Precision precision = precision_of(file.text("precision"));
  check_weight_count(weight_count(spec), precision, file);
  if (spec.tags != tags.size()) throw DataError("{} tags, but the network has {}", tags.size(), spec.tags);
  auto network = std::make_unique<TagNetwork>(spec, tags.rules(), nullptr);
  read_weights(file, precision, *network);
  network->set_precision(precision);
  return network;
}

}  // namespace

TaggerModel tagger_of(const ModelFile& file, std::string_view task) {
  ModelFacts facts = read_facts(file, task);
  const TextRule rule = text_settings_from_json(file.text("text")).rule;
  const TagNetworkSpec spec = tag_network_from_json(file.text("network"));
  const std::string& outside = file.text("outside");
  if (outside != "true" && outside != "false") throw DataError("outside must be true or false, it is {:?}", outside);
  TagSet tags(names_of(file, "types"), outside == "true");
  auto network = network_of(file, spec, tags);
  TaggerModel model{{rule, Vocabulary(file.strings("words")), Vocabulary(file.strings("characters")),
                     Lexicon(lexicon_of(file), Tokenizer(rule)), spec.channels},
                    std::move(tags),
                    std::move(network),
                    names_of(file, "labels"),
                    {},
                    std::move(facts)};
  model.calibration = SpanCalibration(file.tensor<float>("calibration").elements, model.tags.types());
  if (const std::string problem = problem_of(model); !problem.empty()) throw DataError("{}", problem);
  std::vector<std::string> tensors = weight_names(*model.network, model.network->precision());
  tensors.emplace_back("calibration");
  refuse_unknown_tensors(file, tensors, {"types", "words", "characters", "lexicon", "lexicon_types", "labels"});
  return model;
}

void check(const TaggerModel& model) {
  if (const std::string problem = problem_of(model); !problem.empty()) throw ArgumentError("tagger: {}", problem);
}

void add_tagger(const TaggerModel& model, std::string_view task, ModelWriter& writer) {
  add_facts(model.facts, task, writer);
  writer.add_text("text", to_json(TextSettings{.rule = model.encoder.tokenizer().rule()}));
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
