#include "show/survey_view.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;
using Counts = std::vector<std::pair<std::string, std::int64_t>>;

Json to_json(const Counts& counts) {
  Json json = Json::array();
  for (const auto& [name, count] : counts) json.push_back({{"name", name}, {"count", count}});
  return json;
}

Json to_json(const RepeatedTexts& texts) {
  Json json{{"count", texts.count}, {"first", Json::array()}};
  for (const RepeatedText& text : texts.first) {
    Json places = Json::array();
    for (const Place& place : text.places) places.push_back({{"file", place.file}, {"line", place.line}});
    json["first"].push_back({{"text", text.text}, {"labels", text.labels}, {"places", std::move(places)}});
  }
  return json;
}

Json to_json(const FileSurvey& file) {
  return {
      {"file", file.file},
      {"format", file.format},
      {"rows", file.rows},
      {"bad_rows", file.bad_rows},
      {"problems", file.problems},
      {"several", file.several},
      {"rows_of_several", file.rows_of_several},
      {"rows_of_none", file.rows_of_none},
      {"labels", to_json(file.labels)},
      {"labels_alike", file.labels_alike},
      {"labels_joined", file.labels_joined},
      {"joined_by", file.joined_by},
      {"tokens", file.tokens},
      {"lengths", {{"shortest", file.shortest}, {"median", file.median}, {"p95", file.p95}, {"longest", file.longest}}},
      {"empty", file.empty},
      {"scripts", to_json(file.scripts)}};
}

std::string shares(const Counts& counts, std::int64_t whole) {
  constexpr std::size_t kShown = 12;
  std::string line;
  for (std::size_t i = 0; i < std::min(counts.size(), kShown); ++i)
    line += fmt::format(
        "{}{} {} ({:.1f} %)", i == 0 ? "" : ", ", printable(counts[i].first), counts[i].second,
        100 * static_cast<double>(counts[i].second) / static_cast<double>(std::max<std::int64_t>(whole, 1)));
  return line + (counts.size() > kShown ? fmt::format(", … {} in all", counts.size()) : "");
}

void print_file(Output& out, const FileSurvey& file) {
  out.write(fmt::format("{}: {}, {} rows\n", printable(file.file), file.format, file.rows));
  if (file.bad_rows > 0) out.write(fmt::format("  bad rows: {}, such as\n", file.bad_rows));
  for (const std::string& problem : file.problems) out.write(fmt::format("    {}\n", printable(problem)));
  out.write(fmt::format("  labels: {}\n", shares(file.labels, file.rows)));
  if (file.several)
    out.write(fmt::format("  rows with several labels: {}, with none: {}\n", file.rows_of_several, file.rows_of_none));
  if (!file.labels_alike.empty()) {
    out.write("  labels that differ by case or blanks only:");
    for (const std::string& label : file.labels_alike) out.write(fmt::format(" \"{}\"", printable(label)));
    out.write("\n");
  }
  if (!file.labels_joined.empty())
    out.write(fmt::format(
        "  labels that are others joined by \"{}\": {}, such as {}; a list of labels stands in \"labels\"\n",
        file.joined_by, file.labels_joined.size(), printable(file.labels_joined.front())));
  out.write(fmt::format("  tokens of a text: {} … {}, median {}, 95 of 100 texts up to {}; texts without any: {}\n",
                        file.shortest, file.longest, file.median, file.p95, file.empty));
  std::int64_t letters = 0;
  for (const auto& [script, count] : file.scripts) letters += count;
  out.write(fmt::format("  letters: {}\n", shares(file.scripts, letters)));
}

void print_texts(Output& out, const char* what, const RepeatedTexts& texts) {
  constexpr std::size_t kPlaces = 5, kTextWidth = 60;
  out.write(fmt::format("{}: {}\n", what, texts.count));
  for (const RepeatedText& text : texts.first) {
    out.write(fmt::format("  \"{}\"", beginning(printable(text.text), kTextWidth)));
    for (std::size_t i = 0; i < std::min(text.places.size(), kPlaces); ++i)
      out.write(fmt::format("{} {}:{}", i == 0 ? "" : ",", printable(text.places[i].file), text.places[i].line));
    if (text.places.size() > kPlaces) out.write(fmt::format(", … {} in all", text.places.size()));
    if (text.labels.size() > 1) {
      out.write("; labels:");
      for (std::size_t i = 0; i < text.labels.size(); ++i)
        out.write(fmt::format("{} {}", i == 0 ? "" : ",", text.labels[i].empty() ? "none" : printable(text.labels[i])));
    }
    out.write("\n");
  }
}

}  // namespace

Json to_json(const DataSurvey& survey) {
  Json json{{"files", Json::array()}};
  for (const FileSurvey& file : survey.files) json["files"].push_back(to_json(file));
  json["repeats"] = to_json(survey.repeats);
  json["conflicts"] = to_json(survey.conflicts);
  json["shared"] = to_json(survey.shared);
  return json;
}

void print_survey(Output& out, const DataSurvey& survey) {
  for (const FileSurvey& file : survey.files) print_file(out, file);
  print_texts(out, "texts more than once in a file", survey.repeats);
  print_texts(out, "texts with other labels elsewhere", survey.conflicts);
  if (survey.files.size() > 1) print_texts(out, "texts in more than one file", survey.shared);
}

}  // namespace recura::cli
