#include <recura/classifier.h>

#include "base/error.h"
#include "base/file.h"

namespace recura {

void check_model_path(const std::string& path) {
  if (path == "-") throw ArgumentError("-: expected the name of a file, standard output is none");
  check_writable(path);
}

}  // namespace recura
