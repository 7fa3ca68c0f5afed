#include "task/language/model.h"

#include <recura/model.h>

#include "api/classify/state.h"
#include "api/tag/state.h"
#include "base/error.h"
#include "base/file_lock.h"
#include "train/checkpoint.h"

namespace recura {

std::string task_of(const AnyModel& model) {
  constexpr const char* kTasks[] = {"classify", "tag", "summarise", kLanguageTask};  // in the order of the variant
  return kTasks[model.index()];
}

AnyModel load_model(const std::string& path, int threads) {
  const ModelFile file = ModelFile::open(path);
  const std::string* const task = file.find_text("task");
  if (task != nullptr && *task == "tag") return Tagger::from_file(file, threads);
  if (task != nullptr && *task == "summarise") return Summarizer::from_file(file, threads);
  if (task != nullptr && *task == kLanguageTask) return LanguageModel::from_file(file, threads);
  if (task != nullptr && *task == "checkpoint") {
    throw DataError("{}: it is the checkpoint of a training, not a model; recura train with --resume goes on from it",
                    path);
  }
  return Classifier::from_file(file, threads);
}

void check_checkpoint_path(const std::string& path) { check_checkpoint(path); }

ModelLock::ModelLock(const std::string& model)
    : lock_(std::make_unique<FileLock>(model + ".lock", "another training")) {}
ModelLock::~ModelLock() = default;

}  // namespace recura
