#include "data/text_rows.h"

#include <filesystem>

#include "base/error.h"
#include "data/rows/row_source.h"
#include "data/tagged/tagged_data.h"

namespace recura {
namespace {

/// @throws DataError  if the name says a word and its tag on each line, which would be rows one by one.
RowSource raw_rows(const std::string& path, const ReadOptions& options) {
  std::error_code unknown;
  const bool is_folder = std::filesystem::is_directory(path, unknown);
  const auto annotated = tagged_format_of(path);
  if (!options.format && !is_folder && (annotated == TaggedFormat::conll || annotated == TaggedFormat::brat))
    throw DataError(
        "{}: expected raw text, its name says annotated words; --format lines reads each of its lines as a text, "
        "\"recura "
        "convert\" makes texts of them (FILE.jsonl)",
        shown(path));
  return RowSource(path, options, false);
}

}  // namespace

struct TextRowReader::Source {
  RowSource rows;
};

TextRowReader::TextRowReader(const std::string& path, const ReadOptions& options)
    : source_(std::make_unique<Source>(Source{raw_rows(path, options)})) {}
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
  RowSource source = raw_rows(path, options);
  TextData data;
  read_rows(path, options, source, data, [&](SourceRow& row) {
    row.text.shrink_to_fit();
    data.texts.push_back(std::move(row.text));
    return std::string();
  });
  return data;
}

}  // namespace recura
