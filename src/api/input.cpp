#include "api/input.h"

#include "base/error.h"
#include "base/file.h"
#include "text/utf8.h"

namespace recura {

ReadOptions read_options(const InputOptions& input) {
  ReadOptions options;
  if (!input.format.empty()) options.format = data_format_from(input.format);
  options.text_field = input.text_field;
  options.label_field = input.label_field;
  options.skip_bad_rows = input.on_error == InputOptions::OnError::skip;
  options.replace_bad_utf8 = input.bad_utf8 == InputOptions::BadUtf8::replace;
  return options;
}

std::vector<std::string> lines_of(const std::vector<RowProblem>& problems) {
  std::vector<std::string> lines;
  for (const RowProblem& problem : problems) lines.push_back(to_string(problem));
  return lines;
}

std::string left_out(const LabelledData& data) {
  if (data.bad_rows == 0) return "";
  return fmt::format("; left out: {} bad rows, {}", data.bad_rows, to_string(data.problems[0]));
}

void refuse_bad_utf8(std::string_view text) {
  if (const auto bad = find_bad_utf8(text))
    throw DataError("the text is no UTF-8 at line {}, column {}", bad->line, bad->column);
}

void refuse_bad_utf8(const std::vector<std::string>& texts) {
  if (texts.size() == 1) return refuse_bad_utf8(texts.front());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (const auto bad = find_bad_utf8(texts[i]))
      throw DataError("text {} of {} is no UTF-8 at line {}, column {}", i + 1, texts.size(), bad->line, bad->column);
  }
}

void refuse_compressed(const std::string& out) {
  if (has_ending(out, ".gz"))
    throw ArgumentError("{}: nothing compressed is written; expected a name without .gz", out);
}

}  // namespace recura
