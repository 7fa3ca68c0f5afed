#include "data/text_rows.h"

#include "base/error.h"
#include "data/row_source.h"

namespace recura {

struct TextRowReader::Source {
  RowSource rows;
};

TextRowReader::TextRowReader(const std::string& path, const ReadOptions& options)
    : source_(std::make_unique<Source>(Source{RowSource(path, options, false)})) {}
TextRowReader::~TextRowReader() = default;
TextRowReader::TextRowReader(TextRowReader&&) noexcept = default;

bool TextRowReader::next(TextRow& row) {
  SourceRow found;
  if (!source_->rows.next(found)) return false;
  row = {found.line, std::move(found.text), std::move(found.fields), std::move(found.error)};
  return true;
}

bool TextRowReader::at_hand() { return source_->rows.at_hand(); }
DataFormat TextRowReader::format() const { return source_->rows.format(); }

TextData read_texts(const std::string& path, const ReadOptions& options) {
  constexpr std::size_t kShownProblems = 5;
  const std::string shown = path == "-" ? "standard input" : path;
  RowSource source(path, options, false);
  TextData data;
  data.format = source.format();
  for (SourceRow row; source.next(row);) {
    if (row.error.empty()) {
      data.texts.push_back(std::move(row.text));
      continue;
    }
    if (!options.skip_bad_rows) throw DataError("{}: line {}: {}", shown, row.line, row.error);
    if (data.problems.size() < kShownProblems) data.problems.push_back({row.line, row.error});
    ++data.bad_rows;
  }
  data.digest = source.digest();
  if (data.texts.empty() && data.bad_rows == 0) throw DataError("{}: has no rows", shown);
  if (data.texts.empty())
    throw DataError("{}: none of its {} rows is good; line {}: {}", shown, data.bad_rows, data.problems[0].line,
                    data.problems[0].reason);
  return data;
}

}  // namespace recura
