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
  RowSource source(path, options, false);
  TextData data;
  read_rows(path, options, source, data, [&](SourceRow& row) {
    row.text.shrink_to_fit();
    data.texts.push_back(std::move(row.text));
    return std::string();
  });
  return data;
}

}  // namespace recura
