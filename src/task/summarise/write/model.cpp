#include "task/summarise/write/model.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "task/stored_encoder.h"
#include "task/stored_names.h"
#include "task/text_json.h"
#include "task/weights.h"

namespace recura {
namespace {

constexpr const char* kTask = "summarise";
constexpr const char* kKind = "write";

/// What writing a summary may ask of memory, whatever stands in a file.
constexpr std::int64_t kLongest = 1'000;

/// Subwords know themselves where words begin.
Index spaced_forms(Unit unit, Index forms) { return unit == Unit::subword ? 0 : forms; }

/// A file of subwords has no tensor "spacing".
std::span<const std::int8_t> stored_spacing(const ModelFile& file, Unit unit, Index forms) {
  if (unit == Unit::subword) return {};
  return stored_elements<std::int8_t>(file, "spacing", {forms});
}

std::string problem_of(const WriteNetwork& network, Index forms, Unit unit, std::span<const std::int8_t> sides,
                       std::int64_t longest) {
  const Index rows = network.spec().vocabulary;
  if (rows != forms) return fmt::format("{} forms, but the network reads {}", forms, rows);
  if (std::ssize(sides) != spaced_forms(unit, forms))
    return fmt::format("{} forms, but spacing for {}", forms, sides.size());
  if (std::ranges::any_of(sides, [](std::int8_t side) { return side < 0 || side > 3; }))
    return "spacing must be numbers in 0 ... 3";
  if (longest < 1 || longest > kLongest)
    return fmt::format("the longest summary must have 1 to {} words, it has {}", kLongest, longest);
  return "";
}

std::int64_t read_longest(const std::string& text) {
  std::int64_t longest = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), longest);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    throw DataError("the longest summary must be a number, it is {:?}", text);
  return longest;
}

WriteModel model_of(const ModelFile& file) {
  check_facts(file, kTask, {"network", "precision", "text", "kind", "longest"});
  if (stored_word(file, "kind") != kKind)
    throw DataError("its kind is {:?}, expected \"{}\"", stored_word(file, "kind"), kKind);
  const TextSettings settings = text_settings_without_windows(file.text("text"));
  const std::int64_t longest = read_longest(stored_word(file, "longest"));
  auto network = unread_network<WriteNetwork>(file, write_network_from_json(file.text("network")));
  const auto sides = stored_spacing(file, settings.rule.unit, network->spec().vocabulary);
  std::vector<std::string> names = weight_names(*network, network->precision());
  if (!sides.empty()) names.emplace_back("spacing");
  for (const char* const name : encoder_tensors(settings.rule.unit)) names.emplace_back(name);
  refuse_unknown_tensors(file, names, {"vocabulary"});
  const StoredEncoder encoder(file, settings);
  if (const std::string problem = problem_of(*network, encoder.forms(), settings.rule.unit, sides, longest);
      !problem.empty())
    throw DataError("{}", problem);
  // From here on only the segmenter may be refused, which is read first.
  WriteModel model{encoder.build(), std::move(network), Spacing({sides.begin(), sides.end()}), longest,
                   read_facts(file)};
  read_weights(file, *model.network);
  return model;
}

}  // namespace

void check(const WriteModel& model) {
  const TextEncoder& encoder = model.encoder;
  const std::string problem = problem_of(*model.network, encoder.vocabulary().size(), encoder.tokenizer().rule().unit,
                                         model.spacing.sides(), model.longest);
  if (!problem.empty()) throw ArgumentError("writer: {}", problem);
}

void save(const WriteModel& model, const std::string& path) {
  const TextEncoder& encoder = model.encoder;
  const auto sides = model.spacing.sides();
  ModelWriter writer;
  add_facts(model.facts, kTask, writer);
  writer.add_text("kind", kKind);
  writer.add_text("text", to_json(TextSettings{encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()}));
  writer.add_text("network", to_json(model.network->spec()));
  writer.add_text("precision", name(model.network->precision()));
  writer.add_text("longest", fmt::format("{}", model.longest));
  add_encoder(encoder, writer);
  if (!sides.empty()) writer.add_tensor<std::int8_t>("spacing", {std::ssize(sides)}, sides);
  add_weights(*model.network, model.network->precision(), writer);
  writer.save(path);
}

WriteModel read_writer(const ModelFile& file) { return read_model(file, model_of); }

}  // namespace recura
