#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "end_to_end/program.h"

namespace recura {

/// Enough for a small tagger to learn some sentences by heart in a moment.
inline std::string small_tagger(int epochs = 25) {
  return " --hidden 16 --embedding 16 --character-size 8 --character-hidden 8 --dropout 0 --input-dropout 0 "
         "--word-dropout 0 --batch-size 8 --learning-rate 0.02 --dev-share 0 --seed 3 --epochs " +
         std::to_string(epochs);
}

/// A person's or place's name as lines of CoNLL's form.
inline std::string lines_of(const std::string& name, const std::string& type) {
  const std::size_t blank = name.find(' ');
  const std::string first = name.substr(0, blank) + "\tB-" + type + "\n";
  return blank == std::string::npos ? first : first + name.substr(blank + 1) + "\tI-" + type + "\n";
}

/// 48 sentences with four people and four places: "Ann Lee lives in Rome .", "In Rome we met Ann Lee .", and some
/// without a name.
inline std::string small_names() {
  std::string lines;
  for (const std::string person : {"Ann Lee", "Bob Stone", "Clara May", "Dan Fox"}) {
    for (const std::string place : {"Rome", "Oslo", "New York", "Lima"}) {
      lines += lines_of(person, "PER") + "lives\tO\nin\tO\n" + lines_of(place, "LOC") + ".\tO\n\n";
      lines += "In\tO\n" + lines_of(place, "LOC") + "we\tO\nmet\tO\n" + lines_of(person, "PER") + ".\tO\n\n";
      lines += "it\tO\nis\tO\nlate\tO\n.\tO\n\n";
    }
  }
  return lines;
}

/// A folder with names.conll, and names.recura, a tagger that knows it by heart.
class TaggerPlace : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("tagger");
    write("names.conll", small_names());
    trained_ = run("train names.conll" + small_tagger());
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "", const std::string& after = "") {
    return place_->run(arguments, before, after);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }
  static std::string read(const std::string& name) { return read_file(*place_ / name); }

  /// What the tagger says of a text, as `extract --output text` does.
  static std::string marked(const std::string& text, const std::string& model = "names.recura") {
    write("marked.txt", text);
    const Outcome outcome = run("extract " + model + " marked.txt --format lines --output text");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  }
  /// It ended well, and told `what` on standard error.
  static void expect_said(const Outcome& outcome, const std::string& what) {
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, testing::HasSubstr(what));
  }
  inline static std::unique_ptr<Workplace> place_;
  inline static Outcome trained_;
};

}  // namespace recura
