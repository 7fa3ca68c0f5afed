// How libFuzzer changes inputs of the targets `model` and `checkpoint`.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/mutate_model.h"

namespace {

bool is_of_models() {
  const char* const name = std::getenv("RECURA_FUZZ_TARGET");
  return name != nullptr && (std::string_view(name) == "model" || std::string_view(name) == "checkpoint");
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Of a model file every second change is one of its parts, which keeps it whole.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  static const bool is_model = is_of_models();
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
