#include <fmt/format.h>
#include <recura/classifier.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "flags.h"
#include "json_text.h"
#include "terminal.h"
#include "verbs.h"

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  std::vector<std::string> files;
  std::string output = "jsonl";
  std::int64_t top_k = 0, threads = 0;
  InputOptions input;
};

std::string json_string(std::string_view text) { return json_text(Json(text)); }

/// The string of JSON that begins at `at`, quotes and all.
std::string_view string_at(std::string_view json, std::size_t at) {
  std::size_t end = at + 1;
  while (json[end] != '"') end += json[end] == '\\' ? 2 : 1;
  return json.substr(at, end + 1 - at);
}

/// The row's own fields; those named as one of the answer's get "input_" in front. In one pass over the text: rows of
/// a hundred thousand fields are no tree's matter.
std::string own_fields(std::string_view fields) {
  constexpr std::array<std::string_view, 5> kTaken{"\"label\"", "\"score\"", "\"labels\"", "\"error\"", "\"line\""};
  std::string own;
  int depth = 0;
  bool is_name = true;
  for (std::size_t at = 0; at < fields.size();) {
    const char c = fields[at];
    const std::string_view part = c == '"' ? string_at(fields, at) : fields.substr(at, 1);
    const bool taken = c == '"' && depth == 0 && is_name && std::ranges::count(kTaken, part) > 0;
    own += taken ? fmt::format("\"input_{}", part.substr(1)) : std::string(part);
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    is_name = c == ',';
    at += part.size();
  }
  return escape_controls(own);
}

std::string json_line(const ExtractedRow& row, std::size_t top_k) {
  std::string line = "{" + own_fields(row.fields);
  const auto add = [&](const std::string& field) { line += (line.size() > 1 ? "," : "") + field; };
  if (!row.error.empty()) {
    add(fmt::format("\"error\":{},\"line\":{}", json_string(row.error), row.line));
    return line + "}\n";
  }
  add(fmt::format("\"label\":{},\"score\":{:.6g}", json_string(row.answer.label), row.answer.score));
  if (top_k > 0) {
    std::string labels;
    for (std::size_t k = 0; k < std::min(top_k, row.answer.scores.size()); ++k) {
      labels += fmt::format("{}{{\"label\":{},\"score\":{:.6g}}}", k == 0 ? "" : ",",
                            json_string(row.answer.scores[k].first), row.answer.scores[k].second);
    }
    add("\"labels\":[" + labels + "]");
  }
  return line + "}\n";
}

/// Label and score, as often as asked for, then the text.
std::string tsv_line(const ExtractedRow& row, std::size_t top_k) {
  const std::size_t columns = std::max<std::size_t>(top_k, 1);
  std::string line;
  for (std::size_t k = 0; k < std::min(columns, row.answer.scores.size()); ++k) {
    line += fmt::format("{}\t{:.6g}\t", printable(row.answer.scores[k].first), row.answer.scores[k].second);
  }
  if (!row.error.empty()) line = fmt::format("error: {}\t\t", printable(row.error));
  return line + printable(row.text) + "\n";
}

std::string text_line(const ExtractedRow& row, std::size_t top_k) {
  if (!row.error.empty()) return fmt::format("error: line {}: {}\n", row.line, printable(row.error));
  std::string line = printable(row.answer.label);
  for (std::size_t k = 1; k < std::min(top_k, row.answer.scores.size()); ++k)
    line += ", " + printable(row.answer.scores[k].first);
  return line + "\n";
}

int run(Flags& flags, const Arguments& arguments) {
  flags.apply();
  if (arguments.model.empty()) throw ArgumentError("extract: expected a model");
  const auto format = arguments.output == "jsonl" ? json_line : arguments.output == "tsv" ? tsv_line : text_line;
  const Classifier classifier = Classifier::load(arguments.model, static_cast<int>(arguments.threads));
  for (const std::string& note : classifier.info().notes) say("note: {}\n", printable(note));
  std::vector<std::string> files = arguments.files;
  if (files.empty()) files.emplace_back("-");
  Output out;
  std::int64_t bad = 0;
  for (const std::string& file : files) {
    classifier.extract(
        file, arguments.input,
        [&](const ExtractedRow& row) {
          bad += row.error.empty() ? 0 : 1;
          out.write(format(row, static_cast<std::size_t>(arguments.top_k)));
          if (!row.more) out.flush();
        },
        static_cast<std::size_t>(std::max<std::int64_t>(arguments.top_k, 1)));
  }
  out.flush();
  if (bad > 0) say("bad rows: {}; each has an error in its place\n", bad);
  return 0;
}

}  // namespace

Verb add_extract(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_option("files", arguments->files, "texts: lines, JSON Lines, CSV, TSV; none or - is standard input")
      ->type_name("FILE");
  app.add_option("--output", arguments->output, "form of the answers")
      ->check(CLI::IsMember({"jsonl", "tsv", "text"}).description(""))
      ->type_name("jsonl, tsv or text")
      ->capture_default_str();
  add_count(app, "--top-k", arguments->top_k, 1'000'000, "also the K likeliest labels");
  add_threads(app, arguments->threads);
  show_usage(app, "MODEL [FILE...]");
  app.footer(
      "Examples:\n  echo 'a film to love' | recura extract reviews.recura\n  recura extract reviews.recura new.jsonl "
      "--top-k 2 > answers.jsonl");
  const auto flags = std::make_shared<Flags>(app, describe(arguments->input));
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
