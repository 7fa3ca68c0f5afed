#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "structure/source_rules.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Path kRoot = RECURA_SOURCE_DIR;

TEST(StructureTest, TheTableOfFloorsIsThatOfTheFolders) { EXPECT_THAT(floor_table_violations(kRoot), IsEmpty()); }

TEST(StructureTest, NoFileIncludesAFloorAboveOrBesideItsOwn) {
  EXPECT_THAT(includes(kRoot, "src"), testing::SizeIs(testing::Gt(200U)));
  EXPECT_THAT(floor_violations(kRoot), IsEmpty());
}

TEST(StructureTest, PublicHeadersNeedNothingButTheStandardLibrary) {
  EXPECT_THAT(public_header_violations(kRoot), IsEmpty());
}

TEST(StructureTest, ExamplesAndTheProgramUseThePublicHeadersAlone) {
  EXPECT_THAT(client_violations(kRoot, "examples"), IsEmpty());
  EXPECT_THAT(client_violations(kRoot, "cli"), IsEmpty());
}

TEST(StructureTest, NoSourceIsLongerThan500LinesAndNoHeaderThan300) { EXPECT_THAT(size_violations(kRoot), IsEmpty()); }

TEST(StructureTest, EveryHeaderIsReadOnce) {
  for (const char* folder : {"src", "tests", "bench", "cli", "examples"})
    EXPECT_THAT(pragma_violations(kRoot, folder), IsEmpty());
}

/// A small tree that keeps all rules, to plant violations in.
class PlantedTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(root_);
    write("src/floors.txt",
          "# floor: the floors it may include\nbase:\nkernel: base\ngrad: base kernel\napi: base kernel grad\n");
    write("src/base/error.h", "#pragma once\n#include <string>\n");
    write("src/kernel/matmul.h", "#pragma once\n#include \"base/error.h\"\n");
    write("src/grad/tape.cpp", "#include <fmt/format.h>\n#include \"kernel/matmul.h\"\n#include \"base/error.h\"\n");
    write("src/api/classifier.cpp", "#include <recura/classifier.h>\n#include \"grad/tape.h\"\n");
    write("src/api/recura/classifier.h", "#pragma once\n#include <string>\n#include <recura/options.h>\n");
    write("cli/main.cpp", "#include <CLI/CLI.hpp>\n#include <recura/classifier.h>\n#include \"verbs.h\"\n");
    write("cli/verbs.h", "#pragma once\n");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const Path& file, const std::string& text) const {
    std::filesystem::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }

  const Path root_ = Path(testing::TempDir()) /
                     (std::string("recura_structure_") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(PlantedTreeTest, ATreeThatKeepsTheRulesPasses) {
  EXPECT_THAT(floor_table_violations(root_), IsEmpty());
  EXPECT_THAT(floor_violations(root_), IsEmpty());
  EXPECT_THAT(public_header_violations(root_), IsEmpty());
  EXPECT_THAT(client_violations(root_, "cli"), IsEmpty());
  EXPECT_THAT(size_violations(root_), IsEmpty());
  EXPECT_THAT(pragma_violations(root_, "src"), IsEmpty());
}

TEST_F(PlantedTreeTest, AnIncludeUpwardIsNamedByFileAndLine) {
  write("src/kernel/bad.cpp", "\n#include <vector>\n  #  include \"grad/tape.h\"  // why\n");
  EXPECT_THAT(floor_violations(root_),
              ElementsAre("src/kernel/bad.cpp:3: includes grad/tape.h, but kernel may not include grad"));
}

TEST_F(PlantedTreeTest, AFloorInAngleBracketsAndAPublicHeaderBelowTheApiAreFound) {
  write("src/base/bad.cpp", "#include <kernel/matmul.h>\n#include <recura/classifier.h>\n#include \"matmul.h\"\n");
  EXPECT_THAT(floor_violations(root_),
              ElementsAre(HasSubstr("bad.cpp:1: includes kernel/matmul.h, but base may not include kernel"),
                          HasSubstr("bad.cpp:2: includes recura/classifier.h, but base may not include api"),
                          HasSubstr("bad.cpp:3: includes matmul.h, which is not \"floor/file.h\"")));
}

TEST_F(PlantedTreeTest, AFolderOutsideTheTableAndAFloorWithoutAFolderAreFound) {
  write("src/misc/a.h", "#pragma once\n");
  std::filesystem::remove_all(root_ / "src/grad");
  EXPECT_THAT(floor_table_violations(root_),
              ElementsAre("src/misc: not in src/floors.txt", "src/floors.txt: no folder src/grad"));
}

TEST_F(PlantedTreeTest, ATableThatIsNotClosedOrLooksUpwardIsFound) {
  write("src/floors.txt", "base: kernel\nkernel: base\ngrad: kernel\napi: base kernel grad\n");
  EXPECT_THAT(floor_table_violations(root_),
              ElementsAre(HasSubstr("base stands on kernel, which is not above it"), HasSubstr("base lacks"),
                          HasSubstr("kernel lacks"), HasSubstr("grad lacks")));
}

TEST_F(PlantedTreeTest, APublicHeaderThatNeedsAFloorOrALibraryIsFound) {
  write("src/api/recura/bad.h",
        "#pragma once\n#include \"grad/tape.h\"\n#include <fmt/format.h>\n#include <math.h>\n#include \"options.h\"\n");
  EXPECT_THAT(public_header_violations(root_),
              ElementsAre(HasSubstr("bad.h:2: includes grad/tape.h"), HasSubstr("bad.h:3: includes fmt/format.h"),
                          HasSubstr("bad.h:4: includes math.h"), HasSubstr("bad.h:5: includes options.h")));
}

TEST_F(PlantedTreeTest, AProgramThatReachesBehindTheApiIsFound) {
  write("cli/bad.cpp",
        "#include \"base/error.h\"\n#include <api/describe.h>\n#include \"../src/api/describe.h\"\n#include "
        "\"cli/verbs.h\"\n");
  EXPECT_THAT(client_violations(root_, "cli"), ElementsAre(HasSubstr("cli/bad.cpp:1: includes base/error.h"),
                                                           HasSubstr("cli/bad.cpp:2: includes api/describe.h"),
                                                           HasSubstr("cli/bad.cpp:3: includes ../src/api/describe.h")));
}

TEST_F(PlantedTreeTest, AFileThatIsTooLongIsFound) {
  const auto text = [](int count) {
    std::string lines = "#pragma once\n";
    for (int line = 1; line < count; ++line) lines += "//\n";
    return lines;
  };
  write("src/base/fits.h", text(300));
  write("src/base/fits.cpp", text(500));
  write("src/base/long.cpp", text(501));
  write("src/base/long.h", text(301));
  EXPECT_THAT(size_violations(root_), ElementsAre("src/base/long.cpp:501: longer than 500 lines",
                                                  "src/base/long.h:301: longer than 300 lines"));
}

TEST_F(PlantedTreeTest, AHeaderWithoutPragmaOnceIsFound) {
  write("src/base/bad.h", "#include <string>\n// #pragma once\n");
  EXPECT_THAT(pragma_violations(root_, "src"), ElementsAre("src/base/bad.h:1: lacks #pragma once"));
}

}  // namespace
}  // namespace recura
