#include "base/arena.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace recura {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kBlockSize = std::size_t{1} << 20;
constexpr std::size_t kCacheLimit = std::size_t{512} << 20;

/// Blocks that ended arenas of this thread left behind.
class Cache {
 public:
  Arena::Block take(std::size_t bytes) {
    const auto fits = [bytes](const Arena::Block& block) { return block.size >= bytes && block.size <= 2 * bytes; };
    const auto found = std::ranges::find_if(blocks_, fits);
    if (found == blocks_.end()) return fresh(bytes);
    Arena::Block block = std::move(*found);
    blocks_.erase(found);
    held_ -= block.size;
    return block;
  }

  /// Drops the block if there is no room for it.
  void keep(Arena::Block block) noexcept {
    if (held_ + block.size > kCacheLimit) return;
    const std::size_t size = block.size;
    try {
      blocks_.push_back(std::move(block));
      held_ += size;
    } catch (const std::bad_alloc&) {
    }
  }

 private:
  static Arena::Block fresh(std::size_t bytes) {
    Arena::Block block;
    block.memory.reset(static_cast<std::byte*>(std::aligned_alloc(kAlignment, bytes)));
    if (!block.memory) throw std::bad_alloc();
    block.size = bytes;
    return block;
  }

  std::vector<Arena::Block> blocks_;
  std::size_t held_ = 0;
};

Cache& cache() {
  thread_local Cache instance;
  return instance;
}

}  // namespace

void Arena::Block::Free::operator()(std::byte* bytes) const { std::free(bytes); }

Arena::~Arena() {
  for (Block& block : blocks_) cache().keep(std::move(block));
}

Arena::Arena(Arena&& other) noexcept
    : blocks_(std::exchange(other.blocks_, {})), offset_(other.offset_), used_(std::exchange(other.used_, 0)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
  std::swap(blocks_, other.blocks_);
  std::swap(offset_, other.offset_);
  std::swap(used_, other.used_);
  return *this;
}

void* Arena::take(std::size_t bytes) {
  bytes = (std::max<std::size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
  if (blocks_.empty() || offset_ + bytes > blocks_.back().size) {
    blocks_.push_back(cache().take((bytes + kBlockSize - 1) / kBlockSize * kBlockSize));
    offset_ = 0;
  }
  std::byte* start = blocks_.back().memory.get() + offset_;
  offset_ += bytes;
  used_ += bytes;
  return start;
}

}  // namespace recura
