#include <fmt/ranges.h>
#include <recura/model.h>
#include <recura/survey.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>

#include "api/input.h"
#include "base/error.h"
#include "task/classify/division.h"
#include "text/scripts.h"
#include "text/tokenizer.h"

namespace recura {
namespace {

constexpr std::size_t kShownTexts = 5;

using Counts = std::map<std::string, std::int64_t>;

std::vector<std::pair<std::string, std::int64_t>> most_first(const Counts& counts) {
  std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater(), &std::pair<std::string, std::int64_t>::second);
  return sorted;
}

void add_labels(const LabelledData& data, FileSurvey& file) {
  Counts counts;
  for (const auto& row : data.labels) {
    const std::set<std::string_view> labels(row.begin(), row.end());
    file.rows_of_several += labels.size() > 1 ? 1 : 0;
    file.rows_of_none += labels.empty() ? 1 : 0;
    for (const std::string_view label : labels) ++counts[std::string(label)];
  }
  file.labels = most_first(counts);
  const std::vector<std::string> names = label_names(data.labels);
  file.labels_alike = labels_alike(names);
  JoinedLabels joined = labels_joined(names);
  file.labels_joined = std::move(joined.names);
  file.joined_by = std::move(joined.by);
}

void add_texts(const LabelledData& data, FileSurvey& file) {
  const Tokenizer tokenizer(TextRule{});
  Counts scripts;
  std::vector<std::int64_t> lengths;
  for (const std::string& text : data.texts) {
    lengths.push_back(std::ssize(tokenizer.cut(text)));
    file.tokens += lengths.back();
    file.empty += lengths.back() == 0 ? 1 : 0;
    count_scripts(text, scripts);
  }
  std::ranges::sort(lengths);
  file.shortest = lengths.front();
  file.median = lengths[lengths.size() / 2];
  file.p95 = lengths[std::min(lengths.size() - 1, lengths.size() * 95 / 100)];
  file.longest = lengths.back();
  file.scripts = most_first(scripts);
}

FileSurvey survey_of(const std::string& path, const LabelledData& data) {
  FileSurvey file;
  file.file = shown(path);
  file.format = name(data.format);
  file.rows = std::ssize(data.texts);
  file.bad_rows = data.bad_rows;
  file.problems = lines_of(data.problems);
  file.several = data.several;
  add_labels(data, file);
  add_texts(data, file);
  return file;
}

/// A row among all files.
struct Found {
  std::size_t file, row;
};

/// Texts with all places where they stand, in the order of the first one.
std::vector<std::vector<Found>> places_of_texts(const std::vector<LabelledData>& files) {
  std::vector<std::vector<Found>> groups;
  std::unordered_map<std::string_view, std::size_t> numbers;
  for (std::size_t file = 0; file < files.size(); ++file) {
    for (std::size_t row = 0; row < files[file].texts.size(); ++row) {
      const auto [known, is_new] = numbers.emplace(files[file].texts[row], groups.size());
      if (is_new) groups.emplace_back();
      groups[known->second].push_back({file, row});
    }
  }
  return groups;
}

class Repeats {
 public:
  Repeats(const std::vector<LabelledData>& files, const std::vector<FileSurvey>& surveys)
      : files_(files), surveys_(surveys) {}

  void add(const std::vector<Found>& group, DataSurvey& result) const {
    std::set<std::size_t> in;
    std::set<std::string> labels;
    for (const Found& found : group) {
      in.insert(found.file);
      labels.insert(labels_at(found));
    }
    if (in.size() < group.size()) add(group, labels, result.repeats);
    if (labels.size() > 1) add(group, labels, result.conflicts);
    if (in.size() > 1) add(group, labels, result.shared);
  }

 private:
  std::string labels_at(const Found& found) const {
    const auto& row = files_[found.file].labels[found.row];
    return fmt::format("{}", fmt::join(std::set(row.begin(), row.end()), "|"));
  }

  void add(const std::vector<Found>& group, const std::set<std::string>& labels, RepeatedTexts& texts) const {
    if (++texts.count > static_cast<std::int64_t>(kShownTexts)) return;
    RepeatedText& text = texts.first.emplace_back();
    text.text = files_[group.front().file].texts[group.front().row];
    text.labels.assign(labels.begin(), labels.end());
    for (const Found& found : group)
      text.places.push_back({surveys_[found.file].file, files_[found.file].lines[found.row]});
  }

  const std::vector<LabelledData>& files_;
  const std::vector<FileSurvey>& surveys_;
};

/// Says of a file for another task what serves for it.
void refuse_other_task(const std::string& path, const InputOptions& input) {
  const std::string task = detect_task(path, input.format, input.label_field);
  if (task == "tag")
    throw DataError(
        "{}: expected texts with labels, got marked spans; recura convert FILE OUT reports problems of these",
        shown(path));
  if (task == "summarise")
    throw DataError("{}: expected texts with labels, got summaries; recura train reports problems of these",
                    shown(path));
}

/// Rows that have labels are read as such, whatever else they have.
LabelledData read_labels(const std::string& path, const InputOptions& input) {
  try {
    return read_labelled(path, read_options(input));
  } catch (const DataError&) {
    if (input.on_error == InputOptions::OnError::skip) refuse_other_task(path, input);  // else it may be of one row
    throw;
  } catch (const SystemError&) {
    std::error_code unknown;
    if (std::filesystem::is_directory(path, unknown)) refuse_other_task(path, input);
    throw;
  }
}

}  // namespace

DataSurvey survey(const std::vector<std::string>& files, const InputOptions& input) {
  DataSurvey result;
  std::vector<LabelledData> data;
  for (const std::string& path : files) {
    data.push_back(read_labels(path, input));
    result.files.push_back(survey_of(path, data.back()));
  }
  const Repeats repeats(data, result.files);
  for (const auto& group : places_of_texts(data)) {
    if (group.size() > 1) repeats.add(group, result);
  }
  return result;
}

}  // namespace recura
