#include "task/language/model.h"

#include "base/error.h"
#include "task/stored_encoder.h"
#include "task/weights.h"

namespace recura {
namespace {

LanguageModelParts model_of(const ModelFile& file) {
  check_facts(file, kLanguageTask, {"network", "precision", "text"});
  const TextSettings settings = text_settings_from_json(file.text("text"));
  if (settings.max_length < 1 || settings.max_length > kLongestPiece)
    throw DataError("a text must be read in pieces of 1 to {} tokens, not {}", kLongestPiece, settings.max_length);
  if (settings.keep != Keep::head) throw DataError("all of a text is read: keep must be \"head\"");
  auto network = unread_network<LanguageNetwork>(file, language_network_from_json(file.text("network")));
  auto tensors = weight_names(*network, network->precision());
  for (const char* const name : encoder_tensors(settings.rule.unit)) tensors.emplace_back(name);
  refuse_unknown_tensors(file, tensors, {"vocabulary"});
  const StoredEncoder encoder(file, {.rule = settings.rule});
  const Index forms = encoder.forms(), rows = network->spec().vocabulary;
  if (rows != forms) throw DataError("{} forms, but the network reads {}", forms, rows);
  // From here on only the segmenter may be refused, which is read first.
  LanguageModelParts model{encoder.build(), std::move(network), settings.max_length, read_facts(file)};
  read_weights(file, *model.network);
  return model;
}

}  // namespace

void save(const LanguageModelParts& model, const std::string& path) {
  ModelWriter writer;
  add_facts(model.facts, kLanguageTask, writer);
  writer.add_text("text", to_json(TextSettings{model.encoder.tokenizer().rule(), model.piece, Keep::head}));
  writer.add_text("network", to_json(model.network->spec()));
  writer.add_text("precision", name(model.network->precision()));
  add_encoder(model.encoder, writer);
  add_weights(*model.network, model.network->precision(), writer);
  writer.save(path);
}

LanguageModelParts read_language_model(const ModelFile& file) { return read_model(file, model_of); }

}  // namespace recura
