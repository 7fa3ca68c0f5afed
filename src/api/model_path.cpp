#include <recura/classifier.h>

#include "base/file.h"

namespace recura {

void check_model_path(const std::string& path) { check_writable(path); }

}  // namespace recura
