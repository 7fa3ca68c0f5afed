#include "base/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace recura {
namespace {

bool aligned(const void* memory) { return reinterpret_cast<std::uintptr_t>(memory) % 64 == 0; }

TEST(ArenaTest, PiecesAreAlignedAndDoNotOverlap) {
  Arena arena;
  std::vector<std::pair<char*, std::size_t>> pieces;
  // Across the megabyte of a block, with a piece larger than one, and empty ones.
  for (const std::size_t size : {1u, 0u, 63u, 64u, 65u, 900'000u, 200'000u, 3'000'000u, 0u, 5u}) {
    char* memory = arena.allocate<char>(size);
    ASSERT_NE(memory, nullptr);
    EXPECT_TRUE(aligned(memory));
    std::fill_n(memory, size, static_cast<char>(pieces.size()));
    pieces.emplace_back(memory, size);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto [memory, size] = pieces[i];
    EXPECT_EQ(std::count(memory, memory + size, static_cast<char>(i)), static_cast<std::ptrdiff_t>(size)) << i;
  }
}

TEST(ArenaTest, CountsWhatItGaveInWholeLines) {
  Arena arena;
  EXPECT_EQ(arena.used(), 0u);
  arena.allocate<double>(1);
  EXPECT_EQ(arena.used(), 64u);
  arena.allocate<float>(17);
  EXPECT_EQ(arena.used(), 64u + 128u);
}

TEST(ArenaTest, AMovedArenaKeepsItsMemoryAndTheOldOneStartsAnew) {
  Arena first;
  int* number = first.allocate<int>(1);
  *number = 7;
  Arena second(std::move(first));
  EXPECT_EQ(second.used(), 64u);
  EXPECT_EQ(first.used(), 0u);  // NOLINT(bugprone-use-after-move): that it is empty is the fact
  EXPECT_NE(first.allocate<int>(1), number);
  EXPECT_NE(second.allocate<int>(1), number);
  first = std::move(second);
  EXPECT_EQ(*number, 7);
  EXPECT_EQ(first.used(), 128u);
}

TEST(ArenaTest, TheNextArenaOfTheThreadReusesTheBlock) {
  std::thread([] {  // one whose cache is empty
    const auto take = [] { return Arena().allocate<char>(10); };
    const void* const before = take();
    EXPECT_EQ(take(), before);
  })
      .join();
}

TEST(ArenaTest, MemoryThatTheNextArenasHaveNoUseForIsFreed) {
  std::thread([] {
    constexpr std::size_t kLarge = std::size_t{100} << 20, kSmall = std::size_t{1} << 20;
    Arena().allocate<char>(kLarge);
    EXPECT_EQ(Arena::kept(), kLarge);
    Arena().allocate<char>(kSmall);
    EXPECT_EQ(Arena::kept(), kLarge + kSmall);
    for (int arena = 0; arena < 200; ++arena) Arena().allocate<char>(kSmall);
    EXPECT_EQ(Arena::kept(), kSmall);
  }).join();
}

TEST(ArenaTest, MemoryThatEveryHundredthArenaUsesIsKept) {
  std::thread([] {
    constexpr std::size_t kLarge = std::size_t{8} << 20;
    for (int arena = 0; arena < 1000; ++arena) {
      Arena().allocate<char>(arena % 100 == 0 ? kLarge : 1);
      EXPECT_GE(Arena::kept(), kLarge);
    }
  }).join();
}

}  // namespace
}  // namespace recura
