#include "task/tag/model.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "task/stored_names.h"
#include "task/tag/answer/segmenter.h"
#include "task/tag/features/channels.h"
#include "task/text_json.h"
#include "task/weights.h"

namespace recura {
namespace {

constexpr const char* kTask = "tag";

/// What keeps parts from being one model.
std::string problem_of(const TagNetworkSpec& spec, Index tags, Index labels, Index characters) {
  if (spec.tags != tags) return fmt::format("{} tags, but the network has {}", tags, spec.tags);
  if (spec.labels != labels) return fmt::format("{} labels, but the network has {}", labels, spec.labels);
  if (spec.characters.encoder == CharacterEncoder::none ? characters != 1
                                                        : spec.characters.vocabulary != characters + 1)
    return fmt::format("{} characters, but the network has {}", characters, spec.characters.vocabulary);
  return "";
}

/// The names of all weights, for which the network is made of shapes alone, and without the lists of tags that may
/// follow each other, which take more memory than their transitions have bytes.
std::vector<std::string> checked_weights(const ModelFile& file, const TagNetworkSpec& spec, Precision precision) {
  const auto tags = static_cast<std::size_t>(spec.tags);
  const std::vector<std::uint8_t> none(tags);
  const TagNetwork network(spec, {spec.tags, none, none, std::vector<std::uint8_t>(tags * tags)}, nullptr);
  check_weights(file, precision, network);
  return weight_names(network, precision);
}

std::unique_ptr<TagNetwork> read_network(const ModelFile& file, const TagNetworkSpec& spec, const TagSet& tags) {
  auto network = std::make_unique<TagNetwork>(spec, tags.rules(), nullptr);
  network->set_precision(precision_of(file.text("precision")));
  read_weights(file, *network);
  return network;
}

/// The names that a file looks for in texts, and the type of each.
class StoredLexicon {
 public:
  /// @throws DataError  if one is no UTF-8, or the lists are not of one length.
  explicit StoredLexicon(const ModelFile& file)
      : forms_(stored_texts(file, "lexicon")), types_(stored_texts(file, "lexicon_types")) {
    if (forms_.size() != types_.size())
      throw DataError("the lexicon has {} forms, but {} types", forms_.size(), types_.size());
  }

  std::size_t size() const { return forms_.size(); }
  Index types() const { return count_distinct(types_); }
  Lexicon build(const TextRule& rule) const {
    std::vector<LexiconEntry> entries;
    entries.reserve(size());
    for (std::size_t at = 0; at < size(); ++at) entries.push_back({std::string(forms_[at]), std::string(types_[at])});
    return {std::move(entries), Tokenizer(rule)};
  }

 private:
  StoredStrings forms_, types_;
};

SpanCalibration calibration_of(const ModelFile& file, const TagSet& tags) {
  const auto stored = file.tensor<float>("calibration");
  if (stored.shape.rank() != 1) throw DataError("the calibration must have one axis");
  return {stored.elements, tags.types()};
}

}  // namespace

TaggerModel tagger_of(const ModelFile& file, std::string_view task, std::set<std::string> texts) {
  texts.insert({"network", "precision", "text", "outside"});
  check_facts(file, task, std::move(texts));
  TextRule rule = text_settings_of_words(file.text("text")).rule;
  const TagNetworkSpec spec = tag_network_from_json(file.text("network"));
  const Precision precision = precision_of(stored_word(file, "precision"));
  check_weight_count(weight_count(spec), precision, file);
  const std::string& outside = stored_word(file, "outside");
  if (outside != "true" && outside != "false") throw DataError("outside must be true or false, it is {:?}", outside);
  const StoredStrings types = stored_names(file, "types"), labels = stored_names(file, "labels"),
                      words = stored_forms(file, "words"), characters = stored_forms(file, "characters");
  const Index tag_count = TagSet::size(types.size(), outside == "true");
  if (const std::string problem = problem_of(spec, tag_count, std::ssize(labels), std::ssize(characters) + 1);
      !problem.empty())
    throw DataError("{}", problem);
  TagSet tags(types.copies(), outside == "true");
  SpanCalibration calibration = calibration_of(file, tags);
  std::vector<std::string> tensors = checked_weights(file, spec, precision);
  tensors.emplace_back("calibration");
  const bool has_segments = std::ranges::count(spec.channels, "segment", &ChannelSpec::name) > 0;
  if (rule.unit == Unit::word || has_segments) tensors.emplace_back(kSegmenter);
  refuse_unknown_tensors(file, tensors, {"types", "words", "characters", "lexicon", "lexicon_types", "labels"});
  const StoredLexicon lexicon(file);
  for (const ChannelSpec& channel : spec.channels) check_channel(channel, std::ssize(words) + 1, lexicon.types());
  if (task != kTask && lexicon.size() > 0) throw DataError("it has a lexicon, which only taggers have");
  // From here on only the segmenter may be refused, which is read first.
  rule = with_segmenter(std::move(rule), file);
  return {{rule, vocabulary_of(words), vocabulary_of(characters), lexicon.build(rule), spec.channels},
          tags,
          read_network(file, spec, tags),
          labels.copies(),
          std::move(calibration),
          read_facts(file)};
}

void check(const TaggerModel& model) {
  const std::vector<std::string>& labels = model.labels;
  std::string problem =
      problem_of(model.network->spec(), model.tags.size(), std::ssize(labels), model.encoder.characters().size());
  if (std::set(labels.begin(), labels.end()).size() != labels.size()) problem = "a label stands twice";
  if (!problem.empty()) throw ArgumentError("tagger: {}", problem);
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
