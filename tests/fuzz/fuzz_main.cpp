// libFuzzer's program: it runs the target that RECURA_FUZZ_TARGET names. tools/fuzz.sh starts it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/mutate_model.h"
#include "fuzz/target.h"

namespace {

using recura::fuzz::Target;

Target find_target() {
  const char* const name = std::getenv("RECURA_FUZZ_TARGET");
  for (const Target& target : recura::fuzz::all_targets()) {
    if (name != nullptr && target.name == name) return target;
  }
  std::fputs("RECURA_FUZZ_TARGET must name a folder of tests/fuzz/corpus\n", stderr);
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

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Of a model file every second change is one of its parts, which keeps it whole.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  const bool is_model = target().name == "model" || target().name == "checkpoint";
  if (!is_model || seed % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  const std::string changed = recura::fuzz::mutate_model(
      {reinterpret_cast<const char*>(data), size}, seed / 2, [](std::string& part, std::size_t room) {
        const std::size_t before = part.size();
        part.resize(room);
        part.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(part.data()), before, room));
      });
  if (changed.empty() || changed.size() > most) return LLVMFuzzerMutate(data, size, most);
  changed.copy(reinterpret_cast<char*>(data), changed.size());
  return changed.size();
}
