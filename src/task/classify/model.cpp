#include "task/classify/model.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "store/model_file.h"
#include "store/model_writer.h"
#include "task/stored_encoder.h"
#include "task/stored_names.h"
#include "task/text_json.h"
#include "task/weights.h"

namespace recura {
namespace {

constexpr const char* kTask = "classify";

/// What keeps parts from being one model.
std::string problem_of(const Network& network, std::size_t labels, const Decision& decision, const TextPieces& pieces,
                       Index forms) {
  const auto outputs = static_cast<std::size_t>(network.outputs());
  const bool several = decision.several;
  if (labels < (several ? 1 : 2)) return fmt::format("a classifier needs two labels at least, got {}", labels);
  if (!network.reduces()) return "the network gives a result for every token, not for every text";
  constexpr std::int64_t kLongestPiece = std::int64_t{1} << 40;
  if (pieces.length > kLongestPiece)
    return fmt::format("a piece of a text must have {} tokens at most, it has {}", kLongestPiece, pieces.length);
  if (pieces.stream && !network.streams())
    return "texts are to be read as streams, but the network reads them in both directions";
  if (outputs != labels && !(outputs == 1 && labels == 2 && !several))
    return fmt::format("{} labels, but the network has {} outputs", labels, outputs);
  if (decision.thresholds.size() != (several ? labels : 0))
    return fmt::format("{} thresholds for {} labels", decision.thresholds.size(), labels);
  if (!std::ranges::all_of(decision.thresholds, [](double t) { return t >= 0 && t <= 1; }))
    return "a threshold is not in 0 … 1";
  const auto& embedding = std::get<EmbeddingSpec>(network.layers().front());
  if (embedding.vocabulary < forms)
    return fmt::format("{} forms, but the embedding has {} rows", forms, embedding.vocabulary);
  return "";
}

Decision decision_of(const ModelFile& file, std::size_t labels) {
  Decision decision = decision_from_json(file.text("decision"));
  if (!decision.several) return decision;
  const auto thresholds = stored_elements<double>(file, "thresholds", {static_cast<Index>(labels)});
  decision.thresholds.assign(thresholds.begin(), thresholds.end());
  return decision;
}

ClassifierModel model_of(const ModelFile& file) {
  check_facts(file, kTask, {"network", "precision", "text", "decision"});
  const TextSettings settings = text_settings_from_json(file.text("text"));
  const StoredStrings labels = stored_names(file, "labels");
  Decision decision = decision_of(file, labels.size());
  auto network = unread_network<Network>(file, layers_from_json(file.text("network")));
  auto tensors = weight_names(*network, network->precision());
  if (decision.several) tensors.emplace_back("thresholds");
  for (const char* const name : encoder_tensors(settings.rule.unit)) tensors.emplace_back(name);
  refuse_unknown_tensors(file, tensors, {"labels", "vocabulary"});
  const StoredEncoder encoder(file, settings);
  const TextPieces pieces = pieces_of(settings.keep, settings.max_length);
  if (const std::string problem = problem_of(*network, labels.size(), decision, pieces, encoder.forms());
      !problem.empty())
    throw DataError("{}", problem);
  // From here on only the segmenter may be refused, which is read first.
  ClassifierModel model{encoder.build(), std::move(network), labels.copies(), std::move(decision), read_facts(file)};
  read_weights(file, *model.network);
  return model;
}

}  // namespace

void check(const ClassifierModel& model) {
  const std::vector<std::string>& labels = model.labels;
  std::string problem = problem_of(*model.network, labels.size(), model.decision, model.encoder.pieces(),
                                   model.encoder.vocabulary().size());
  if (std::set(labels.begin(), labels.end()).size() != labels.size()) problem = "a label stands twice";
  if (!problem.empty()) throw ArgumentError("classifier: {}", problem);
}

void save(const ClassifierModel& model, const std::string& path) {
  const TextEncoder& encoder = model.encoder;
  ModelWriter writer;
  add_facts(model.facts, kTask, writer);
  writer.add_text("text", to_json(TextSettings{encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()}));
  writer.add_strings("labels", model.labels);
  add_encoder(encoder, writer);
  writer.add_text("decision", to_json(model.decision));
  const std::vector<double>& thresholds = model.decision.thresholds;
  if (model.decision.several)
    writer.add_tensor<double>("thresholds", {static_cast<Index>(thresholds.size())}, thresholds);
  add_network(*model.network, writer);
  writer.save(path);
}

ClassifierModel read_classifier(const ModelFile& file) { return read_model(file, model_of); }

ClassifierModel load_classifier(const std::string& path) { return read_classifier(ModelFile::open(path)); }

}  // namespace recura
