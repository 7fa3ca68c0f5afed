#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace recura {

/// Memory for values that die together: taken by moving a pointer, given back all at once.
///
/// Blocks go back to a cache of the thread, so that the arena of the next batch touches no fresh pages: faulting them
/// in would cost as much as a fifth of a training step. The cache holds half a gigabyte at most, and frees what the
/// last 128 arenas had no use for. Not thread-safe.
class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;

  /// Memory for `count` elements of a trivial type, aligned to 64 bytes, holding anything.
  /// @throws std::bad_alloc
  template <typename T>
  T* allocate(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    return static_cast<T*>(take(count * sizeof(T)));
  }

  /// Bytes taken so far.
  std::size_t used() const { return used_; }
  /// Bytes that the calling thread keeps for arenas to come.
  static std::size_t kept();

  struct Block {
    struct Free {
      void operator()(std::byte* bytes) const;
    };
    std::unique_ptr<std::byte[], Free> memory;
    std::size_t size = 0;
  };

 private:
  void* take(std::size_t bytes);

  std::vector<Block> blocks_;
  std::size_t offset_ = 0;  // in the last block
  std::size_t used_ = 0;
};

}  // namespace recura
