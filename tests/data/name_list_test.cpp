#include "data/name_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace recura {
namespace {

using testing::ElementsAre;

TEST(NameListTest, HasEachNameOnceAndTellsOfBlankAndRepeatedLines) {
  const TemporaryFolder folder;
  put(folder / "names.txt", "Ann Lee\n \t\n  Rome\t\nAnn Lee\r\n东京\nRome\n");
  const NameList list = read_names(folder / "names.txt");
  EXPECT_THAT(list.names, ElementsAre("Ann Lee", "Rome", "东京"));
  EXPECT_EQ(list.blank, 1);
  EXPECT_EQ(list.repeated, 2);
  EXPECT_EQ(list.first_repeated, 4);
}

TEST(NameListTest, CountsNamesWithANumberBehindThem) {
  const TemporaryFolder folder;
  put(folder / "names.txt", "Rome\n东京 123 ns\n大阪\t45\nArea 51\n 7\n1984\nB 7 C\nv8\nfive to 6\n");
  const NameList list = read_names(folder / "names.txt");
  EXPECT_EQ(list.names[1], "东京 123 ns") << "a line is one name";
  EXPECT_EQ(list.numbered, 4);
  EXPECT_EQ(list.first_numbered, 2);
}

TEST(NameListTest, ABadLineOrNoNameIsRefused) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& lines) -> std::string {
    put(folder / "names.txt", lines);
    try {
      read_names(folder / "names.txt");
    } catch (const DataError& error) {
      return error.what();
    }
    return "not refused";
  };
  EXPECT_EQ(refusal("Ann\na\xFF\n"), folder / "names.txt" + ": line 2: no UTF-8 at column 2");
  EXPECT_EQ(refusal("Ann\n\xB1\xB1\xBE\xA9\n"),
            folder / "names.txt" + ": line 2: no UTF-8 at column 1; if it is GB18030: iconv -f GB18030 -t UTF-8 FILE");
  EXPECT_EQ(refusal(" \n\n"), folder / "names.txt" + ": has no names");
}

}  // namespace
}  // namespace recura
