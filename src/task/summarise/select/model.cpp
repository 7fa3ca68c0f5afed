#include "task/summarise/select/model.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "task/stored_encoder.h"
#include "task/stored_names.h"
#include "task/text_json.h"
#include "task/weights.h"
#include "text/sentences.h"

namespace recura {
namespace {

constexpr const char* kTask = "summarise";
constexpr const char* kKind = "select";

constexpr const char* kCuts[] = {"sentence", "clause"};  // in the order of the enum

Cut cut_from(const std::string& text) {
  const auto found = std::ranges::find(kCuts, text);
  if (found == std::end(kCuts)) throw DataError("the cut must be sentence or clause, it is {:?}", text);
  return static_cast<Cut>(found - std::begin(kCuts));
}

std::string problem_of(const SelectNetwork& network, Index forms, double share) {
  const Index rows = network.spec().vocabulary;
  if (rows < forms) return fmt::format("{} forms, but the embedding has {} rows", forms, rows);
  if (!(share >= 0 && share <= 1)) return fmt::format("the share {} is not in 0 ... 1", share);
  return "";
}

double share_of(const std::string& text) {
  double share = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), share);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    throw DataError("the share must be a number, it is {:?}", text);
  return share;
}

SelectModel model_of(const ModelFile& file) {
  check_facts(file, kTask, {"network", "precision", "text", "kind", "share", "cut"});
  if (stored_word(file, "kind") != kKind)
    throw DataError("its kind is {:?}, expected \"{}\"", stored_word(file, "kind"), kKind);
  const TextSettings settings = text_settings_of_words(file.text("text"));
  const double share = share_of(stored_word(file, "share"));
  const Cut cut = cut_from(stored_word(file, "cut"));
  auto network = unread_network<SelectNetwork>(file, select_network_from_json(file.text("network")));
  auto tensors = weight_names(*network, network->precision());
  for (const char* const name : encoder_tensors(settings.rule.unit)) tensors.emplace_back(name);
  refuse_unknown_tensors(file, tensors, {"vocabulary"});
  const StoredEncoder encoder(file, settings);
  if (const std::string problem = problem_of(*network, encoder.forms(), share); !problem.empty())
    throw DataError("{}", problem);
  // From here on only the segmenter may be refused, which is read first.
  SelectModel model{encoder.build(), std::move(network), share, cut, read_facts(file)};
  read_weights(file, *model.network);
  return model;
}

}  // namespace

std::vector<Token> cut(Cut what, std::string_view text) {
  return what == Cut::clause ? cut_clauses(text) : cut_sentences(text);
}

void check(const SelectModel& model) {
  const std::string problem = problem_of(*model.network, model.encoder.vocabulary().size(), model.share);
  if (!problem.empty()) throw ArgumentError("selector: {}", problem);
}

void save(const SelectModel& model, const std::string& path) {
  const TextEncoder& encoder = model.encoder;
  ModelWriter writer;
  add_facts(model.facts, kTask, writer);
  writer.add_text("kind", kKind);
  writer.add_text("text", to_json(TextSettings{encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()}));
  writer.add_text("network", to_json(model.network->spec()));
  writer.add_text("precision", name(model.network->precision()));
  writer.add_text("share", fmt::format("{}", model.share));
  writer.add_text("cut", kCuts[static_cast<std::size_t>(model.cut)]);
  add_encoder(encoder, writer);
  add_weights(*model.network, model.network->precision(), writer);
  writer.save(path);
}

SelectModel read_selector(const ModelFile& file) { return read_model(file, model_of); }

}  // namespace recura
