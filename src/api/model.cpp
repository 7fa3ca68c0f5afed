#include <recura/model.h>

#include "api/state.h"
#include "api/tagger_state.h"

namespace recura {

std::string task_of(const AnyModel& model) {
  constexpr const char* kTasks[] = {"classify", "tag", "summarise"};  // in the order of the variant
  return kTasks[model.index()];
}

AnyModel load_model(const std::string& path, int threads) {
  const ModelFile file = ModelFile::open(path);
  const std::string* const task = file.find_text("task");
  if (task != nullptr && *task == "tag") return Tagger::from_file(file, threads);
  if (task != nullptr && *task == "summarise") return Summarizer::from_file(file, threads);
  return Classifier::from_file(file, threads);
}

}  // namespace recura
