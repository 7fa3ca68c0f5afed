#include "data/line_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <vector>

#include "base/checksum.h"
#include "base/error.h"

namespace recura {
namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10;
constexpr std::size_t kLongestLine = std::size_t{1} << 30;
constexpr std::size_t kLooked = 4096;  // bytes at the start that tell text from binary data

int open_file(const std::string& path) {
  const int descriptor = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status{};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0)
    throw SystemError("{}: cannot be opened: {}", path, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    throw SystemError("{}: is a folder, expected a file", path);
  }
  return descriptor;
}

}  // namespace

struct LineReader::Source {
  std::string path;
  gzFile file = nullptr;  // reads what is not compressed as it is
  std::vector<char> block = std::vector<char>(kBlock);
  std::size_t at = 0, end = 0;
  bool started = false, ended = false;
  std::int64_t line = 0;
  Checksum checksum;

  ~Source() { gzclose_r(file); }

  bool fill() {
    if (ended) return false;
    errno = 0;
    const int count = gzread(file, block.data(), static_cast<unsigned>(block.size()));
    int code = Z_OK;
    const char* const reason = gzerror(file, &code);
    if (count < 0 && code == Z_ERRNO) throw SystemError("{}: cannot be read: {}", path, std::strerror(errno));
    if (count < 0) throw DataError("{}: damaged gzip data after line {}: {}", path, line, reason);
    if (static_cast<std::size_t>(count) < block.size() && code == Z_BUF_ERROR) {
      throw DataError("{}: gzip data is cut short after line {}", path, line);
    }
    ended = count == 0;
    at = 0;
    end = static_cast<std::size_t>(count);
    checksum.add(std::as_bytes(std::span(block).first(end)));
    if (!started) start();
    return end > at;
  }

  void start() {
    started = true;
    const std::string_view head(block.data(), std::min(end, kLooked));
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))
      throw DataError("{}: is UTF-16, expected UTF-8", path);
    if (const auto nul = head.find('\0'); nul != std::string_view::npos) {
      throw DataError("{}: looks binary, it has a NUL byte at offset {}; expected text in UTF-8", path, nul);
    }
    if (head.starts_with("\xEF\xBB\xBF")) at = 3;
  }
};

LineReader::LineReader(const std::string& path) : source_(std::make_unique<Source>()) {
  source_->path = path == "-" ? "standard input" : path;
  const int descriptor = open_file(path);
  source_->file = gzdopen(descriptor, "rb");
  if (source_->file == nullptr) {
    ::close(descriptor);
    throw SystemError("{}: no memory to read it", source_->path);
  }
  gzbuffer(source_->file, kBlock);
}

LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;

bool LineReader::next(std::string& line) {
  Source& s = *source_;
  line.clear();
  if (s.at == s.end && !s.fill()) return false;
  ++s.line;
  for (;;) {
    const char* const begin = s.block.data() + s.at;
    const auto* const newline = static_cast<const char*>(std::memchr(begin, '\n', s.end - s.at));
    const std::size_t count = newline != nullptr ? static_cast<std::size_t>(newline - begin) : s.end - s.at;
    if (line.size() + count > kLongestLine) throw DataError("{}: line {} is longer than 1 GiB", s.path, s.line);
    line.append(begin, count);
    s.at += count + (newline != nullptr ? 1 : 0);
    if (newline != nullptr || !s.fill()) break;
  }
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

std::int64_t LineReader::line_number() const { return source_->line; }
std::string LineReader::digest() const { return to_hex(source_->checksum.value()); }

}  // namespace recura
