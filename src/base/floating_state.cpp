#include "base/floating_state.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace recura {
namespace {

#if defined(__x86_64__)

// All exceptions masked, round to nearest, flush to zero and denormals are zero.
constexpr std::uint64_t kState = 0x1F80 | 0x8000 | 0x0040;
std::uint64_t state() { return _mm_getcsr(); }
void set_state(std::uint64_t value) { _mm_setcsr(static_cast<unsigned>(value)); }

#elif defined(__aarch64__)

constexpr std::uint64_t kState = std::uint64_t{1} << 24;  // flush to zero
std::uint64_t state() {
  std::uint64_t value = 0;
  asm volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
void set_state(std::uint64_t value) { asm volatile("msr fpcr, %0" : : "r"(value)); }

#else

constexpr std::uint64_t kState = 0;
std::uint64_t state() { return kState; }
void set_state(std::uint64_t) {}

#endif

}  // namespace

FloatingState::FloatingState() : callers_(state()) { set_state(kState); }

FloatingState::~FloatingState() { set_state(callers_); }

}  // namespace recura
