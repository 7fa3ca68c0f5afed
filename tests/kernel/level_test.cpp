#include "kernel/level.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "base/error.h"
#include "kernel/levels.h"

namespace recura::kernel {
namespace {

TEST(LevelTest, TheReferenceIsAlwaysThereAndFirst) { EXPECT_EQ(available_levels().front()->name(), "reference"); }

TEST(LevelTest, TheLevelInUseIsTheForcedOneOrTheHighest) {
  const char* forced = std::getenv("RECURA_ISA");
  EXPECT_EQ(level().name(), forced ? forced : available_levels().back()->name());
}

TEST(LevelTest, EveryAvailableLevelIsFoundByItsName) {
  for (const Level* each : available_levels()) EXPECT_EQ(&level(each->name()), each);
}

TEST(LevelTest, AnUnknownOrMissingLevelIsRefusedNamingThoseThatAreThere) {
  std::vector<std::string_view> names(missing_levels().begin(), missing_levels().end());
  names.push_back("v9");
  for (const std::string_view name : names) {
    try {
      level(name);
      ADD_FAILURE() << name << " was accepted";
    } catch (const ArgumentError& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find(name), std::string::npos) << message;
      for (const Level* each : available_levels()) EXPECT_NE(message.find(each->name()), std::string::npos) << message;
    }
  }
}

TEST(LevelTest, LevelsThatThisProcessorLacksAreNotRun) {
  for (const std::string_view name : missing_levels()) {
    EXPECT_TRUE(std::none_of(available_levels().begin(), available_levels().end(),
                             [&](const Level* each) { return each->name() == name; }));
    std::cout << "level " << name << ": not run, this processor lacks it\n";
  }
}

}  // namespace
}  // namespace recura::kernel
