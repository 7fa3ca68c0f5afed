#include "hostile/counted_memory.h"

#include <malloc.h>
#include <unicode/uclean.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

extern "C" {
void* __real_aligned_alloc(std::size_t alignment, std::size_t size);
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size);
int __wrap_fsync(int descriptor);
}

namespace recura::memory {
namespace {

std::atomic<long> g_requests, g_refuse, g_held;
std::atomic<long> g_bytes, g_most;

/// Null if this request is to fail, or does.
template <typename Get>
void* get(const Get& real) {
  if (++g_requests == g_refuse) return nullptr;
  void* const piece = real();
  if (piece == nullptr) return nullptr;
  g_bytes += static_cast<long>(malloc_usable_size(piece));
  g_most = std::max(g_most.load(), g_bytes.load());
  return piece;
}

void* take(std::size_t size) {
  void* const piece = get([&] { return std::malloc(std::max<std::size_t>(size, 1)); });
  if (piece != nullptr) ++g_held;
  return piece;
}

void give_back(void* piece) {
  if (piece == nullptr) return;
  --g_held;
  g_bytes -= static_cast<long>(malloc_usable_size(piece));
  std::free(piece);
}

void* take_for_icu(const void*, std::size_t size) { return take(size); }
void give_back_for_icu(const void*, void* piece) { give_back(piece); }
void* take_again_for_icu(const void*, void* piece, std::size_t size) {
  if (piece == nullptr) return take(size);
  const auto before = static_cast<long>(malloc_usable_size(piece));
  void* const moved = get([&] { return std::realloc(piece, size); });
  if (moved != nullptr) g_bytes -= before;
  return moved;
}

/// Before anything uses ICU.
const bool kIcuIsCounted = [] {
  UErrorCode error = U_ZERO_ERROR;
  u_setMemoryFunctions(nullptr, take_for_icu, take_again_for_icu, give_back_for_icu, &error);
  if (U_FAILURE(error)) std::abort();
  return true;
}();

}  // namespace

void begin(long refuse) {
  g_requests = 0;
  g_bytes = g_most = 0;
  g_refuse = refuse;
}

Count end() {
  g_refuse = 0;
  return {g_requests, static_cast<std::size_t>(g_most)};
}

long held() { return g_held; }

}  // namespace recura::memory

/// A tensor's memory is given back by `free`, which is not counted: all tensors since `begin` count as held.
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
  return recura::memory::get([&] { return __real_aligned_alloc(alignment, size); });
}

/// Thousands of files are written here, and none has to survive a power cut.
int __wrap_fsync(int) { return 0; }

void* operator new(std::size_t size) {
  if (void* const piece = recura::memory::take(size)) return piece;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return recura::memory::take(size); }
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept { return operator new(size, tag); }
void operator delete(void* piece) noexcept { recura::memory::give_back(piece); }
void operator delete[](void* piece) noexcept { recura::memory::give_back(piece); }
void operator delete(void* piece, std::size_t) noexcept { recura::memory::give_back(piece); }
void operator delete[](void* piece, std::size_t) noexcept { recura::memory::give_back(piece); }
void operator delete(void* piece, const std::nothrow_t&) noexcept { recura::memory::give_back(piece); }
void operator delete[](void* piece, const std::nothrow_t&) noexcept { recura::memory::give_back(piece); }
