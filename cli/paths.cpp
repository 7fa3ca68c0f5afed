#include "paths.h"

#include <fmt/format.h>
#include <recura/error.h>

#include <filesystem>

namespace recura::cli {
namespace {

bool same_file(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(a, error) && fs::exists(b, error)) return fs::is_regular_file(a, error) && fs::equivalent(a, b, error);
  const fs::path path = fs::weakly_canonical(fs::absolute(a), error);
  return !error && path == fs::weakly_canonical(fs::absolute(b), error) && !error;
}

}  // namespace

void refuse_overwriting(const std::string& verb, const std::string& output, const std::string& flag,
                        const std::string& input, const std::string& what) {
  if (output.empty() || input.empty() || !same_file(output, input)) return;
  throw ArgumentError(
      fmt::format("{}: {} {} would overwrite {}, {}; name another file", verb, flag, output, what, input));
}

}  // namespace recura::cli
