// libFuzzer's programs, one for the targets of each file: it runs the one that RECURA_FUZZ_TARGET names. tools/fuzz.sh
// starts it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/target.h"

namespace {

using recura::fuzz::Target;

Target find_target() {
  const char* const name = std::getenv("RECURA_FUZZ_TARGET");
  for (const Target& target : recura::fuzz::RECURA_FUZZ_TARGETS()) {
    if (name != nullptr && target.name == name) return target;
  }
  std::fputs("RECURA_FUZZ_TARGET must name a target of this program\n", stderr);
  std::exit(2);
}

const Target& target() {
  static const Target found = find_target();
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target().run({reinterpret_cast<const char*>(data), size});
  return 0;
}
