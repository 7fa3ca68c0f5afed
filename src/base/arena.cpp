#include "base/arena.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <new>
#include <utility>

namespace recura {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kBlockSize = std::size_t{1} << 20;
constexpr std::size_t kCacheLimit = std::size_t{512} << 20;
constexpr std::uint64_t kPatience = 128;

/// Blocks that ended arenas of this thread left behind, the latest last and used first: what is not needed stays in
/// front, and is freed when `kPatience` arenas have ended without it.
class Cache {
 public:
  Cache() { kept_.reserve(kCacheLimit / kBlockSize); }  // no block is smaller: `keep` needs no memory

  Arena::Block take(std::size_t bytes) {
    const auto fits = [bytes](const Kept& kept) { return kept.block.size >= bytes && kept.block.size <= 2 * bytes; };
    const auto found = std::find_if(kept_.rbegin(), kept_.rend(), fits);
    if (found == kept_.rend()) return fresh(bytes);
    Arena::Block block = std::move(found->block);
    kept_.erase(std::next(found).base());
    held_ -= block.size;
    return block;
  }

  /// The blocks of an arena that ended, as far as there is room for them.
  void keep(std::vector<Arena::Block>& blocks) noexcept {
    for (Arena::Block& block : blocks) {
      if (held_ + block.size > kCacheLimit) continue;
      held_ += block.size;
      kept_.push_back({std::move(block), ended_});
    }
    ++ended_;
    auto fresh = kept_.begin();
    for (; fresh != kept_.end() && ended_ - fresh->since > kPatience; ++fresh) held_ -= fresh->block.size;
    kept_.erase(kept_.begin(), fresh);
  }

  std::size_t held() const { return held_; }

 private:
  static Arena::Block fresh(std::size_t bytes) {
    Arena::Block block;
    block.memory.reset(static_cast<std::byte*>(std::aligned_alloc(kAlignment, bytes)));
    if (!block.memory) throw std::bad_alloc();
    block.size = bytes;
    return block;
  }

  struct Kept {
    Arena::Block block;
    std::uint64_t since;  // how many arenas had ended by then
  };

  std::vector<Kept> kept_;
  std::uint64_t ended_ = 0;
  std::size_t held_ = 0;  // bytes
};

Cache& cache() {
  thread_local Cache instance;
  return instance;
}

}  // namespace

void Arena::Block::Free::operator()(std::byte* bytes) const { std::free(bytes); }

Arena::~Arena() {
  if (!blocks_.empty()) cache().keep(blocks_);
}

Arena::Arena(Arena&& other) noexcept
    : blocks_(std::exchange(other.blocks_, {})), offset_(other.offset_), used_(std::exchange(other.used_, 0)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
  std::swap(blocks_, other.blocks_);
  std::swap(offset_, other.offset_);
  std::swap(used_, other.used_);
  return *this;
}

std::size_t Arena::kept() { return cache().held(); }

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
