#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "end_to_end/program.h"

namespace recura {
namespace {

const std::filesystem::path kSource = RECURA_SOURCE_DIR;

/// The blocks of ```sh in a guide, as one script.
std::string commands_of(const std::string& guide) {
  std::istringstream lines(read_file(kSource / "docs/guides" / guide));
  std::string commands, line;
  bool inside = false;
  while (std::getline(lines, line)) {
    if (line.starts_with("```")) {
      inside = !inside && line == "```sh";
    } else if (inside) {
      commands += line + "\n";
    }
  }
  return commands;
}

std::vector<std::string> guides() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "docs/guides"))
    names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

/// What a guide tells its readers to type, typed where the samples lie.
class GuideTest : public testing::TestWithParam<std::string> {};

TEST_P(GuideTest, ItsCommandsRunAsTheyStand) {
  const Workplace place("guide");
  std::filesystem::copy(kSource / "examples", place / "examples", std::filesystem::copy_options::recursive);
  std::filesystem::create_directory(place / "bin");
  write_file(place / "bin/recura", "#!/bin/sh\nexec " RECURA_PROGRAM " \"$@\"\n");
  std::filesystem::permissions(place / "bin/recura", std::filesystem::perms::owner_all);
  const std::string commands = commands_of(GetParam());
  ASSERT_TRUE(commands.find("recura ") != std::string::npos) << "no command of the program";
  write_file(place / "guide.sh", "set -euxo pipefail\nPATH=$PWD/bin:$PATH\n" + commands);
  const std::string folder = (place / "").string();
  const int status = std::system(("cd " + folder + " && timeout 900 bash guide.sh >out 2>err </dev/null").c_str());
  EXPECT_EQ(WEXITSTATUS(status), 0) << read_file(place / "err");
}

INSTANTIATE_TEST_SUITE_P(Each, GuideTest, testing::ValuesIn(guides()), [](const auto& info) {
  std::string name = info.param.substr(0, info.param.find('.'));
  std::ranges::replace(name, '-', '_');  // all that a test's name may hold
  return name;
});

}  // namespace
}  // namespace recura
