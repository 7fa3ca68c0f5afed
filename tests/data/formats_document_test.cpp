#include <gmock/gmock.h>

#include "data/tagged_files.h"

namespace recura {
namespace {

using testing::ElementsAre;

/// The blocks of code of docs/formats.md, in their order.
std::vector<std::string> blocks() {
  const std::string page = content_of(RECURA_SOURCE_DIR "/docs/formats.md");
  std::vector<std::string> found;
  for (std::size_t at = page.find("\n```"); at != std::string::npos; at = page.find("\n```", at)) {
    const std::size_t begin = page.find('\n', at + 1) + 1;
    at = page.find("\n```", begin);
    found.push_back(page.substr(begin, at + 1 - begin));
    at += 4;
  }
  return found;
}

class FormatsDocumentTest : public TaggedFilesTest {};

TEST_F(FormatsDocumentTest, ItsExamplesAreReadAsItSays) {
  const auto examples = blocks();
  ASSERT_EQ(examples.size(), 4U);
  const TaggedData columns = read("a.conll", examples[0]);
  EXPECT_EQ(columns.texts[0].label, "BookTable");
  EXPECT_THAT(names(columns.texts[0]), ElementsAre("restaurant:Casa Lucio", "time:tonight"));
  EXPECT_THAT(names(read("a.seg", examples[1]).texts[1]), ElementsAre(":他", ":有", ":iPhone"));
  const TaggedData rows = read("a.jsonl", examples[2]);
  EXPECT_EQ(rows.texts[0].label, "BookTable");
  EXPECT_THAT(names(rows.texts[0]), ElementsAre("restaurant:Casa Lucio"));
  write("b.txt", "Table at Casa Lucio\n");
  EXPECT_THAT(names(read("b.ann", examples[3]).texts[0]), ElementsAre("restaurant:Casa Lucio"));
}

}  // namespace
}  // namespace recura
