#include "data/rows/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/error.h"

namespace recura {
namespace {

constexpr std::size_t kInput = std::size_t{16} << 10;
constexpr std::string_view kGzip = "\x1F\x8B";
constexpr int kGzipOnly = 15 + 16;  // zlib: the longest window, with gzip's header and checksum

int open_file(const std::string& path, const std::string& name) {
  const int descriptor = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw SystemError("{}: cannot be opened: {}", name, std::strerror(errno));
  struct stat status{};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    throw SystemError("{}: is a folder, expected a file", name);
  }
  return descriptor;
}

}  // namespace

struct ByteSource::Inflater {
  z_stream stream{};
  bool inside = true;   // of a member: the data may not end here
  bool drained = true;  // nothing is left in the stream's window

  Inflater() {
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

ByteSource::ByteSource(const std::string& path)
    : name_(path == "-" ? "standard input" : path),
      descriptor_(open_file(path, name_)),
      input_(std::make_unique_for_overwrite<char[]>(kInput)) {}
ByteSource::~ByteSource() { ::close(descriptor_); }

std::size_t ByteSource::read_file(std::span<char> bytes) {
  for (;;) {
    const ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw SystemError("{}: cannot be read: {}", name_, std::strerror(errno));
  }
}

/// False at the end of the file.
bool ByteSource::refill() {
  at_ = 0;
  end_ = read_file({input_.get(), kInput});
  return end_ > 0;
}

void ByteSource::look_for_gzip() {
  started_ = true;
  while (end_ < kGzip.size()) {
    const std::size_t count = read_file({input_.get() + end_, kInput - end_});
    end_ += count;
    if (count == 0 || input_[0] != kGzip[0]) break;
  }
  if (std::string_view(input_.get(), end_).starts_with(kGzip)) inflater_ = std::make_unique<Inflater>();
}

std::size_t ByteSource::read(std::span<char> bytes) {
  if (!started_) look_for_gzip();
  if (inflater_ == nullptr) {
    if (at_ == end_) return read_file(bytes);
    const std::size_t count = std::min(bytes.size(), end_ - at_);
    std::copy_n(input_.get() + at_, count, bytes.data());
    at_ += count;
    return count;
  }
  z_stream& stream = inflater_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  while (stream.avail_out == bytes.size()) {
    if (at_ == end_ && inflater_->drained && !refill()) {
      if (inflater_->inside) throw DataError("{}: gzip data is cut short", name_);
      break;
    }
    if (!inflater_->inside) {
      if (input_[at_] == 0) {  // members are padded with zeros on tapes
        ++at_;
        continue;
      }
      if (input_[at_] != kGzip[0]) throw DataError("{}: gzip data is followed by other bytes", name_);
      inflateReset(&stream);
      inflater_->inside = true;
    }
    stream.next_in = reinterpret_cast<Bytef*>(input_.get() + at_);
    stream.avail_in = static_cast<uInt>(end_ - at_);
    const int code = inflate(&stream, Z_NO_FLUSH);
    at_ = end_ - stream.avail_in;
    inflater_->inside = code != Z_STREAM_END;
    inflater_->drained = stream.avail_out > 0 || code == Z_STREAM_END;
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
      throw DataError("{}: damaged gzip data: {}", name_, stream.msg != nullptr ? stream.msg : zError(code));
  }
  return bytes.size() - stream.avail_out;
}

bool ByteSource::at_hand() const {
  if (at_ < end_ || (inflater_ != nullptr && !inflater_->drained)) return true;
  pollfd waited{descriptor_, POLLIN, 0};
  return ::poll(&waited, 1, 0) != 0;
}

}  // namespace recura
