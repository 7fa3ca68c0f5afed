#pragma once

#include <cstddef>

// In this program memory is counted, and can be refused: of operator new, of tensors and of ICU.
namespace recura::memory {

/// Requests since the last `begin`, and bytes that were held at most; what was held before counts as nothing.
struct Count {
  long requests = 0;
  std::size_t most = 0;
};

/// Counts from 0 on. The request of number `refuse`, from 1, fails; 0: none does.
void begin(long refuse = 0);
/// Refuses no more.
Count end();

/// Pieces of operator new and of ICU that nobody has given back.
long held();

}  // namespace recura::memory
