#include <recura/model.h>

#include "api/state.h"
#include "api/tagger_state.h"

namespace recura {

AnyModel load_model(const std::string& path, int threads) {
  const ModelFile file = ModelFile::open(path);
  const std::string* const task = file.find_text("task");
  if (task != nullptr && *task == "tag") return Tagger::from_file(file, threads);
  return Classifier::from_file(file, threads);
}

}  // namespace recura
