#include "data/rows/line_reader.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <iterator>
#include <span>

#include "base/checksum.h"
#include "base/error.h"
#include "data/rows/byte_source.h"

namespace recura {
namespace {

constexpr std::size_t kBlock = std::size_t{64} << 10;
constexpr std::size_t kLongestLine = std::size_t{1} << 30;
constexpr std::size_t kLooked = 4096;  // bytes at the start that tell text from binary data

/// Control characters that texts have no use for. Escape is none of them: colours of terminals are made with it.
bool is_odd_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && byte != '\x1B' && !(byte >= '\t' && byte <= '\r');
}

/// A stray one is no sign of binary data, one in a hundred is.
void check_text(const std::string& name, std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))
    throw DataError("{}: is UTF-16, expected UTF-8", name);
  const auto odd = static_cast<std::size_t>(std::ranges::count_if(head, is_odd_control));
  if (odd > 2 && odd * 100 > head.size()) {
    throw DataError("{}: looks binary, of its first {} bytes {} are NUL or other control characters; expected UTF-8",
                    name, head.size(), odd);
  }
}

}  // namespace

struct LineReader::Source {
  explicit Source(const std::string& path) : bytes(path) {}

  ByteSource bytes;
  std::unique_ptr<char[]> memory = std::make_unique_for_overwrite<char[]>(kBlock);  // a small file touches little of it
  std::span<char> block{memory.get(), kBlock};
  std::size_t at = 0, end = 0;
  bool started = false, ended = false;
  std::int64_t line = 0;
  std::deque<std::string> returned;
  Checksum checksum;

  const char* newline() const { return static_cast<const char*>(std::memchr(block.data() + at, '\n', end - at)); }

  /// Reads on behind what is left of the block; false at the end.
  bool append() {
    if (ended) return false;
    std::copy(block.data() + at, block.data() + end, block.data());
    end -= at;
    at = 0;
    try {
      const std::span<char> free = block.subspan(end);
      const std::size_t count = bytes.read(free);
      checksum.add(std::as_bytes(free.first(count)));
      ended = count == 0;
      end += count;
    } catch (const DataError& error) {
      throw DataError("{} after line {}", error.what(), line);
    }
    return !ended;
  }

  bool fill() {
    if (started) return append();
    started = true;
    while (end < kLooked && newline() == nullptr && append()) {
    }
    const std::string_view head(block.data(), std::min(end, kLooked));
    check_text(bytes.name(), head);
    if (head.starts_with("\xEF\xBB\xBF")) at = 3;
    return end > at;
  }
};

LineReader::LineReader(const std::string& path) : source_(std::make_unique<Source>(path)) {}
LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;

bool LineReader::next(std::string& line) {
  Source& s = *source_;
  line.clear();
  if (!s.returned.empty()) {
    line = std::move(s.returned.front());
    s.returned.pop_front();
    ++s.line;
    return true;
  }
  if (s.at == s.end && !s.fill()) return false;
  ++s.line;
  for (;;) {
    const char* const begin = s.block.data() + s.at;
    const char* const newline = s.newline();
    const std::size_t count = newline != nullptr ? static_cast<std::size_t>(newline - begin) : s.end - s.at;
    if (line.size() + count > kLongestLine) throw DataError("{}: line {} is longer than 1 GiB", s.bytes.name(), s.line);
    line.append(begin, count);
    s.at += count + (newline != nullptr ? 1 : 0);
    if (newline != nullptr || !s.fill()) break;
  }
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

bool LineReader::line_at_hand() {
  Source& s = *source_;
  while (s.returned.empty() && s.newline() == nullptr && !s.ended) {
    const bool full = s.at == 0 && s.end == s.block.size();
    if (full || !s.bytes.at_hand()) return full;
    s.fill();
  }
  return true;
}

void LineReader::give_back(std::vector<std::string> lines) {
  source_->line -= static_cast<std::int64_t>(lines.size());
  source_->returned.insert(source_->returned.begin(), std::make_move_iterator(lines.begin()),
                           std::make_move_iterator(lines.end()));
}

std::int64_t LineReader::line_number() const { return source_->line; }
std::string LineReader::digest() const { return to_hex(source_->checksum.value()); }

}  // namespace recura
