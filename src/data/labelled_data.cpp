#include "data/labelled_data.h"

#include "data/rows/row_source.h"

namespace recura {
LabelledData read_labelled(const std::string& path, const ReadOptions& options) {
  RowSource source(path, options, true);
  LabelledData data;
  read_rows(path, options, source, data, [&](SourceRow& row) {
    row.text.shrink_to_fit();
    data.texts.push_back(std::move(row.text));
    data.lines.push_back(row.line);
    data.labels.push_back(std::move(row.labels));
    if (!options.weight_field.empty()) data.weights.push_back(row.weight);
    return std::string();
  });
  data.several = source.several();
  return data;
}

}  // namespace recura
