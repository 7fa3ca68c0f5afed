#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace recura {
namespace {

[[noreturn]] void fail(const std::string& path, std::string_view action, int error = errno) {
  throw SystemError("{}: cannot {}: {}", path, action, std::generic_category().message(error));
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return value_; }

 private:
  int value_;
};

std::string_view kind(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

void check_replaceable(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    throw SystemError("{}: cannot write: it is {}, not a file", path, kind(status.st_mode));
  }
}

constexpr std::string_view kTemporaryBegin = ".recura-", kTemporaryEnd = ".tmp";

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

/// Removes what killed processes left behind: files that nobody holds. What cannot be listed stays. (The library's
/// iterator ends the process where there is no memory.)
void remove_left_behind(const std::string& folder) {
  const std::unique_ptr<DIR, CloseFolder> listing(opendir(folder.c_str()));
  while (const dirent* const entry = listing ? readdir(listing.get()) : nullptr) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with(kTemporaryBegin) || !name.ends_with(kTemporaryEnd)) continue;
    const Descriptor file(openat(dirfd(listing.get()), entry->d_name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (file.get() >= 0 && flock(file.get(), LOCK_EX | LOCK_NB) == 0) unlinkat(dirfd(listing.get()), entry->d_name, 0);
  }
}

/// The file that takes the bytes until they are complete; removed unless it was renamed.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& folder, const std::string& target) : target_(target) {
    remove_left_behind(folder);
    for (int number = 0; descriptor_ < 0; ++number) {
      name_ = fmt::format("{}/{}{}-{}{}", folder, kTemporaryBegin, getpid(), number, kTemporaryEnd);
      descriptor_ = open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ < 0 && errno != EEXIST && errno != EINTR) fail(target_, "create a file in its folder");
      if (descriptor_ >= 0 && !hold()) ::close(std::exchange(descriptor_, -1));
    }
    keep_permissions();
  }

  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!name_.empty()) unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int descriptor() const { return descriptor_; }

  /// A failed fsync is final: the kernel may have dropped the pages, and a second call would then report success.
  void commit() {
    if (fsync(descriptor_) != 0) fail(target_, "sync to disk");
    if (rename(name_.c_str(), target_.c_str()) != 0) fail(target_, "rename the complete file to its name");
    name_.clear();
    ::close(std::exchange(descriptor_, -1));  // held until now; what it could tell, fsync has told
  }

 private:
  /// False if another process took the file, which was not held yet, for one left behind, and removed it.
  bool hold() const {
    struct stat status{};
    flock(descriptor_, LOCK_EX);  // where a file system has no locks, nobody removes anything
    return fstat(descriptor_, &status) == 0 && status.st_nlink > 0;
  }

  /// A file that only its owner may read stays so. Some file systems have no permissions to set: no failure.
  void keep_permissions() {
    struct stat status{};
    if (stat(target_.c_str(), &status) == 0) fchmod(descriptor_, status.st_mode & 0777);
  }

  const std::string& target_;
  std::string name_;
  int descriptor_ = -1;
};

/// Where `path` leads, through links whose last one may lead to a file that is still to come. What cannot be resolved
/// is left as it is: opening it fails, with a better message.
std::string behind_links(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, error);
  if (error) return path.string();
  const std::filesystem::path link = std::filesystem::read_symlink(resolved, error);
  return error ? resolved.string() : behind_links(resolved.parent_path() / link);
}

std::string folder_of(const std::string& file) {
  const std::filesystem::path parent = std::filesystem::path(file).parent_path();
  return parent.empty() ? "." : parent.string();
}

void sync_folder(const std::string& folder) {
  const Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // EINVAL: a file system that has nothing to sync for a folder.
  if (descriptor.get() < 0 || (fsync(descriptor.get()) != 0 && errno != EINVAL)) fail(folder, "sync the folder");
}

}  // namespace

void FileWriter::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

bool has_ending(std::string_view path, std::string_view ending) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return path.size() >= ending.size() &&
         std::ranges::equal(path.substr(path.size() - ending.size()), ending, {}, small);
}

void refuse_no_name(const std::string& path) {
  if (path == "-") throw ArgumentError("-: expected the name of a file, standard output is none");
  if (path.empty()) throw ArgumentError("expected the name of a file, got an empty one");
}

void check_writable(const std::string& path) {
  refuse_no_name(path);
  check_replaceable(path);
  const std::string target = behind_links(path);
  const TemporaryFile file(folder_of(target), target);
}

void replace_file(const std::string& path, const std::function<void(FileWriter&)>& write) {
  check_replaceable(path);
  const std::string target = behind_links(path);
  const std::string folder = folder_of(target);
  TemporaryFile file(folder, target);
  FileWriter writer(file.descriptor(), path);
  write(writer);
  file.commit();
  sync_folder(folder);
}

MappedFile::MappedFile(const std::string& path) {
  // Without O_NONBLOCK, opening a FIFO waits for its writer.
  const Descriptor descriptor(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (descriptor.get() < 0) fail(path, "be opened");
  struct stat status{};
  if (fstat(descriptor.get(), &status) != 0) fail(path, "look at");
  if (!S_ISREG(status.st_mode)) throw SystemError("{}: cannot read: it is {}, not a file", path, kind(status.st_mode));
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;  // mmap refuses a length of 0
  void* start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
  if (start == MAP_FAILED) fail(path, "map into memory");
  bytes_ = {static_cast<const std::byte*>(start), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace recura
