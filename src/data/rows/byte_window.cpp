#include "data/rows/byte_window.h"

#include <algorithm>
#include <span>

#include "base/error.h"

namespace recura {
namespace {

constexpr std::size_t kStep = std::size_t{64} << 10;
constexpr std::size_t kLongestRow = std::size_t{4} << 20;

}  // namespace

std::string_view ByteWindow::ahead(std::size_t count) {
  while (end_ - at_ < count && fill()) {
  }
  return {block_.data() + at_, end_ - at_};
}

void ByteWindow::skip(std::size_t count) {
  at_ += count;
  offset_ += count;
}

std::optional<std::string_view> ByteWindow::line() {
  std::string_view rest = ahead(1);
  if (rest.empty()) return std::nullopt;
  std::size_t newline = rest.find('\n');
  for (std::size_t seen = 0; newline == rest.npos && rest.size() > seen; newline = rest.find('\n', seen)) {
    seen = rest.size();
    if (seen > kLongestRow) throw DataError("{}: byte {}: a line is longer than 4 MiB", name(), offset_);
    rest = ahead(seen + 1);
  }
  skip(newline == rest.npos ? rest.size() : newline + 1);
  rest = rest.substr(0, newline);
  return rest.ends_with('\r') ? rest.substr(0, rest.size() - 1) : rest;
}

std::string ByteWindow::digest() {
  do at_ = end_;
  while (fill());
  return to_hex(checksum_.value());
}

bool ByteWindow::fill() {
  std::copy(block_.data() + at_, block_.data() + end_, block_.data());
  end_ -= at_;
  at_ = 0;
  block_.resize(std::max(block_.size(), end_ + kStep));
  const std::span<char> free = std::span(block_).subspan(end_);
  const std::size_t count = bytes_.read(free);
  checksum_.add(std::as_bytes(free.first(count)));
  end_ += count;
  return count > 0;
}

}  // namespace recura
