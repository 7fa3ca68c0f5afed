#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <recura/memory_file.h>
#include <recura/model.h>

#include <utility>

#include "base/temporary_folder.h"

namespace recura {
namespace {

const std::string kCorpus = RECURA_SOURCE_DIR "/examples/corpus/";

std::string bytes_of(const Classifier& model) {
  const TemporaryFolder folder;
  model.save(folder / "model");
  return content_of(folder / "model");
}

TEST(MemoryFileTest, RowsInMemoryGiveTheModelOfTheirFile) {
  TrainOptions options;
  options.epochs = 1;
  options.embedding = options.hidden = 8;
  options.threads = 1;
  const MemoryFile rows(content_of(kCorpus + "en.train.jsonl"));
  EXPECT_TRUE(bytes_of(Classifier::train(rows.path(), options)) ==
              bytes_of(Classifier::train(kCorpus + "en.train.jsonl", options)));
}

TEST(MemoryFileTest, AModelInMemoryIsLoadedAndChecked) {
  const std::string kept = content_of(RECURA_SOURCE_DIR "/tests/golden/models/tag.recura");
  const std::string text = "Nora Quinn flew to Oslo.";
  const Tagger from_file = Tagger::load(RECURA_SOURCE_DIR "/tests/golden/models/tag.recura", 1);
  const Tagger from_memory = Tagger::load(MemoryFile(kept).path(), 1);
  EXPECT_EQ(from_memory.tag(text).log_probability, from_file.tag(text).log_probability);
  EXPECT_THROW(Tagger::load(MemoryFile(kept.substr(0, kept.size() / 2)).path(), 1), DataError);
}

TEST(MemoryFileTest, TheBytesGoWhereItIsMoved) {
  MemoryFile first("one");
  MemoryFile second = std::move(first);
  EXPECT_EQ(content_of(second.path()), "one");
  MemoryFile third("three");
  third = std::move(second);
  EXPECT_EQ(content_of(third.path()), "one");
  for (const MemoryFile* const moved : {&first, &second}) EXPECT_EQ(moved->path(), "");
}

}  // namespace
}  // namespace recura
