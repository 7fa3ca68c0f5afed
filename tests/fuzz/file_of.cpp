#include <fcntl.h>
#include <unistd.h>

#include "base/temporary_folder.h"
#include "fuzz/target.h"

namespace recura::fuzz {

std::string file_of(std::string_view bytes, const std::string& name) {
  static const TemporaryFolder folder;
  const std::string path = folder / name;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  require(::close(file) == 0 && written, "the temporary folder has room");
  return path;
}

}  // namespace recura::fuzz
