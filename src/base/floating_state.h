#pragma once

#include <cstdint>

namespace recura {

/// Puts the calling thread's floating-point unit into the state that everything is computed in, and puts the caller's
/// back when it ends: round to nearest, no traps, numbers too small for full precision taken and given as zero. Such
/// numbers slow some processors down twenty-fold, and a state that differs from thread to thread would change results.
class FloatingState {
 public:
  FloatingState();
  ~FloatingState();
  FloatingState(const FloatingState&) = delete;
  FloatingState& operator=(const FloatingState&) = delete;

 private:
  std::uint64_t callers_;
};

}  // namespace recura
