#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "api/input.h"
#include "base/error.h"
#include "data/text_rows.h"

namespace recura {

/// Fills `rows` with up to `most` of the next ones, as far as they are there; waits for the first alone. False if there
/// are none.
template <typename Row>
bool read_round(TextRowReader& reader, std::vector<Row>& rows, std::size_t most) {
  constexpr std::size_t kBytes = std::size_t{4} << 20;
  rows.clear();
  std::size_t bytes = 0;
  const auto has_room = [&] { return rows.size() < most && bytes < kBytes; };
  for (TextRow row; has_room() && (rows.empty() || reader.at_hand()) && reader.next(row);) {
    bytes += row.text.size() + row.fields.size();
    rows.push_back({row.line, std::move(row.text), std::move(row.fields), std::move(row.error), {}, false});
  }
  return !rows.empty();
}

/// Reads rows of raw text and gives each to `row` with its answer, in order, in constant memory: rounds of rows, enough
/// to fill the threads, `most` of them at most, of which `answer` makes answers. `Row` is as `ExtractedRow`.
template <typename Answer, typename Row>
void answer_rows(const std::string& path, const InputOptions& input, const Answer& answer,
                 const std::function<void(const Row&)>& row, std::size_t most) {
  if (!row) throw ArgumentError("extract: expected a function that takes the rows, got an empty one");
  constexpr std::size_t kRows = 1024;
  TextRowReader reader(path, read_options(input));
  std::vector<Row> rows;
  std::vector<std::string> texts;
  const bool fail = input.on_error == InputOptions::OnError::fail;
  while (read_round(reader, rows, std::clamp<std::size_t>(most, 1, kRows))) {
    texts.clear();
    for (Row& one : rows) texts.push_back(one.error.empty() ? std::move(one.text) : std::string());
    auto found = answer(texts);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (fail && !rows[i].error.empty()) throw DataError("{}: line {}: {}", shown(path), rows[i].line, rows[i].error);
      rows[i].text = std::move(texts[i]);
      rows[i].more = i + 1 < rows.size();
      if (rows[i].error.empty()) rows[i].answer = std::move(found[i]);
      row(rows[i]);
    }
  }
}

}  // namespace recura
