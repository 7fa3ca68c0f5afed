#include "task/summarise/rouge/common_words.h"

#include <bit>
#include <cmath>

namespace recura {
namespace {

constexpr std::size_t kColumns = 64;

bool has_bit(std::span<const std::uint64_t> row, std::size_t column) {
  return (row[column / kColumns] >> (column % kColumns) & 1) != 0;
}

/// How many of the first columns add one to the length.
std::int64_t length_at(std::span<const std::uint64_t> row, std::size_t columns) {
  std::int64_t length = 0;
  for (std::size_t i = 0; i < columns / kColumns; ++i) length += std::popcount(~row[i]);
  const std::uint64_t rest = (std::uint64_t{1} << (columns % kColumns)) - 1;
  return length + (rest != 0 ? std::popcount(~row[columns / kColumns] & rest) : 0);
}

}  // namespace

CommonWords::CommonWords(std::span<const std::int32_t> words) : words_(words.begin(), words.end()) {
  for (std::size_t j = 0; j < words.size(); ++j) {
    std::vector<Places>& places = places_[words[j]];
    if (places.empty() || places.back().block != j / kColumns) places.push_back({j / kColumns, 0});
    places.back().bits |= std::uint64_t{1} << (j % kColumns);
  }
}

/// Others change no row, and the way back passes them by.
std::vector<CommonWords::Met> CommonWords::met(std::span<const std::int32_t> line) const {
  std::vector<Met> found;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (const auto places = places_.find(line[i]); places != places_.end()) found.push_back({i, &places->second});
  }
  return found;
}

CommonWords::Row CommonWords::first_row() const {
  return Row((words_.size() + kColumns - 1) / kColumns, ~std::uint64_t{0});
}

/// Blocks without the word change only where a carry comes from the one before.
void CommonWords::advance(Row& row, const std::vector<Places>& places) {
  std::uint64_t carry = 0;
  auto next = places.begin();
  for (std::size_t i = 0; i < row.size() && (carry > 0 || next != places.end()); ++i) {
    if (carry == 0) i = next->block;
    const std::uint64_t here = next != places.end() && next->block == i ? (next++)->bits : 0;
    const std::uint64_t matches = row[i] & here;
    const std::uint64_t sum = row[i] + matches, with_carry = sum + carry;
    carry = (sum < matches || with_carry < sum) ? 1 : 0;
    row[i] = with_carry | (row[i] & ~here);
  }
}

std::int64_t CommonWords::length(std::span<const std::int32_t> line) const {
  Row row = first_row();
  for (const Met& word : met(line)) advance(row, *word.places);
  return length_at(row, words_.size());
}

/// How many columns are left where the way back leaves `row`: at the word of the row, or where the row above is no
/// shorter.
std::size_t CommonWords::back(const Row& above, const Row& row, std::int32_t word, std::size_t columns) const {
  std::int64_t gain = length_at(row, columns) - length_at(above, columns);
  for (; columns > 0 && words_[columns - 1] != word && gain > 0; --columns)
    gain += (has_bit(row, columns - 1) ? 1 : 0) - (has_bit(above, columns - 1) ? 1 : 0);
  return columns;
}

/// Of the table one row in `step` is kept; the way back makes those between two of them again, which needs twice the
/// time and a root of the memory.
void CommonWords::mark(std::span<const std::int32_t> line, std::vector<bool>& marked) const {
  const std::vector<Met> words = met(line);
  const auto step = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(words.size()))));
  std::vector<Row> kept, rows(step + 1);
  Row row = first_row();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i % step == 0) kept.push_back(row);
    advance(row, *words[i].places);
  }
  std::size_t columns = words_.size();
  for (std::size_t end = words.size(); end > 0; end = (kept.size() - 1) * step, kept.pop_back()) {
    const std::size_t first = (kept.size() - 1) * step;
    rows[0] = kept.back();
    for (std::size_t i = first; i < end; ++i) advance(rows[i - first + 1] = rows[i - first], *words[i].places);
    for (std::size_t i = end; i > first && columns > 0; --i) {
      const std::size_t at = words[i - 1].at;
      columns = back(rows[i - 1 - first], rows[i - first], line[at], columns);
      if (columns == 0 || words_[columns - 1] != line[at]) continue;
      marked[at] = true;
      --columns;
    }
  }
}

}  // namespace recura
