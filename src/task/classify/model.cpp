#include "task/classify/model.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "store/model_file.h"
#include "store/model_writer.h"
#include "task/text_json.h"
#include "task/weights.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr const char* kTask = "classify";

std::string problem_of(const ClassifierModel& model) {
  const std::size_t labels = model.labels.size();
  const auto outputs = static_cast<std::size_t>(model.network->outputs());
  if (labels < 2) return fmt::format("a classifier needs two labels at least, got {}", labels);
  if (std::set(model.labels.begin(), model.labels.end()).size() != labels) return "a label stands twice";
  if (!model.network->reduces()) return "the network gives a result for every token, not for every text";
  if (outputs != labels && !(outputs == 1 && labels == 2))
    return fmt::format("{} labels, but the network has {} outputs", labels, outputs);
  const auto& embedding = std::get<EmbeddingSpec>(model.network->layers().front());
  if (embedding.vocabulary < model.encoder.vocabulary().size()) {
    return fmt::format("{} forms, but the embedding has {} rows", model.encoder.vocabulary().size(),
                       embedding.vocabulary);
  }
  return "";
}

TextEncoder encoder_of(const ModelFile& file) {
  const TextSettings settings = text_settings_from_json(file.text("text"));
  return {settings.rule, Vocabulary(file.strings("vocabulary")), settings.max_length, settings.keep};
}

void refuse_unknown_tensors(const ModelFile& file, const Network& network) {
  const std::vector<std::string> names = tensor_names(network);
  std::set<std::string> known(names.begin(), names.end());
  for (const std::string name : {"labels", "vocabulary"}) {
    known.insert(name + std::string(kBytesSuffix));
    known.insert(name + std::string(kOffsetsSuffix));
  }
  for (const std::string& name : file.tensor_names()) {
    if (!known.contains(name)) throw DataError("tensor {:?} belongs to no part of the model", name);
  }
}

ClassifierModel model_of(const ModelFile& file) {
  if (file.text("task") != kTask) throw DataError("its task is {:?}, expected \"{}\"", file.text("task"), kTask);
  ClassifierModel model{encoder_of(file),      read_network(file),     file.strings("labels"), file.text("options"),
                        file.text("training"), file.text("narrowing"), file.digest(),          {}};
  if (const std::string problem = problem_of(model); !problem.empty()) throw DataError("{}", problem);
  for (const std::string& label : model.labels) {
    if (find_bad_utf8(label)) throw DataError("a label is no UTF-8");
  }
  refuse_unknown_tensors(file, *model.network);
  if (const std::string here = Tokenizer::library_version(); file.text("unicode") != here) {
    model.notes.push_back(fmt::format("trained with {}, read with {}: some texts may be cut into other words",
                                      file.text("unicode"), here));
  }
  return model;
}

}  // namespace

void check(const ClassifierModel& model) {
  if (const std::string problem = problem_of(model); !problem.empty()) throw ArgumentError("classifier: {}", problem);
}

void save(const ClassifierModel& model, const std::string& path) {
  const TextEncoder& encoder = model.encoder;
  ModelWriter writer;
  writer.add_text("task", kTask);
  writer.add_text("text", to_json(TextSettings{encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()}));
  writer.add_text("unicode", Tokenizer::library_version());
  writer.add_text("options", model.options);
  writer.add_text("training", model.training);
  writer.add_text("narrowing", model.narrowing);
  writer.add_strings("labels", model.labels);
  writer.add_strings("vocabulary", encoder.vocabulary().forms());
  add_network(*model.network, writer);
  writer.save(path);
}

ClassifierModel load_classifier(const std::string& path) {
  const ModelFile file = ModelFile::open(path);
  try {
    return model_of(file);
  } catch (const SystemError&) {
    throw;
  } catch (const Error& error) {  // what the parts throw knows nothing of a file
    const std::string what = error.what();
    throw DataError("{}",
                    what.starts_with(path) ? what : fmt::format("{}: not a model that can be read: {}", path, what));
  }
}

}  // namespace recura
