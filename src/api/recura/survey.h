#pragma once

#include <recura/options.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace recura {

/// Where a row stands.
struct Place {
  std::string file;
  std::int64_t line = 0;
};

/// A text that stands in several places, and the labels that it has there ("a|b" where one place has two).
struct RepeatedText {
  std::string text;
  std::vector<Place> places;
  std::vector<std::string> labels;
};

/// Texts of a kind: how many, and the first five.
struct RepeatedTexts {
  std::int64_t count = 0;
  std::vector<RepeatedText> first;
};

/// What one file of texts with labels holds.
struct FileSurvey {
  std::string file, format;
  std::int64_t rows = 0, bad_rows = 0;
  std::vector<std::string> problems;  // five of them
  /// Rows may have several labels; rows with more than one, and with none.
  bool several = false;
  std::int64_t rows_of_several = 0, rows_of_none = 0;
  /// Rows of each label, the most frequent first.
  std::vector<std::pair<std::string, std::int64_t>> labels;
  /// Labels that differ from another one by case, width or blanks only.
  std::vector<std::string> labels_alike;
  /// Labels that are others joined by this sign: "a、b" where "a" and "b" stand in other labels too.
  std::vector<std::string> labels_joined;
  std::string joined_by;
  /// Of texts in tokens.
  std::int64_t tokens = 0, shortest = 0, median = 0, longest = 0;
  /// 95 of 100 texts are no longer.
  std::int64_t p95 = 0;
  std::int64_t empty = 0;  // texts without a token
  /// Letters by their script, the most frequent first.
  std::vector<std::pair<std::string, std::int64_t>> scripts;
};

struct DataSurvey {
  std::vector<FileSurvey> files;
  /// The same bytes more than once in one file; with other labels in another place; and in more than one file.
  RepeatedTexts repeats, conflicts, shared;
};

/// Reads files of texts with labels and tells what they hold, and what is odd.
/// @throws DataError, SystemError  if one cannot be read or has no good row, such as files of marked spans.
DataSurvey survey(const std::vector<std::string>& files, const InputOptions& input = {});

}  // namespace recura
