#include "store/model_file.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>

#include "base/checksum.h"
#include "base/error.h"
#include "base/file.h"
#include "store/finite.h"
#include "store/header.h"

namespace recura {

/// The bytes, wherever they lie, and what the header says of them.
struct ModelFile::Content {
  std::string path;
  std::optional<MappedFile> file;
  std::vector<std::max_align_t> copy;  // aligned as a file in memory is
  std::span<const std::byte> all, data;
  Header header;
  std::string digest;

  void read();
  std::span<const std::byte> copy_of(std::span<const std::byte> bytes);
};

std::span<const std::byte> ModelFile::Content::copy_of(std::span<const std::byte> bytes) {
  copy.resize(bytes.size() / sizeof(std::max_align_t) + 1);
  std::ranges::copy(bytes, std::as_writable_bytes(std::span(copy)).begin());
  return std::as_bytes(std::span(copy)).first(bytes.size());
}

void ModelFile::Content::read() {
  if (all.size() < kPrefixSize) throw DataError("{}: not a Recura model: {} bytes are too few", path, all.size());
  std::size_t header_size = 0;
  for (std::size_t i = 0; i < kPrefixSize; ++i) header_size |= std::to_integer<std::size_t>(all[i]) << (8 * i);
  if (header_size > kMaxHeaderSize)
    throw DataError("{}: not a Recura model: it does not begin with the size of a header", path);
  if (header_size > all.size() - kPrefixSize) {
    throw DataError("{}: cut short: the header has {} bytes, the file {}", path, header_size, all.size());
  }
  const auto json = all.subspan(kPrefixSize, header_size);
  header = parse_header({reinterpret_cast<const char*>(json.data()), json.size()}, path);
  data = all.subspan(kPrefixSize + header_size);
  if (data.size() != header.data_size) {
    throw DataError("{}: {}: the header tells of {} bytes of data, there are {}", path,
                    data.size() < header.data_size ? "cut short" : "too long", header.data_size, data.size());
  }
  if ((kPrefixSize + header_size) % kDataAlignment != 0)
    throw DataError("{}: the data does not start at a multiple of {}", path, kDataAlignment);
  Checksum checksum;
  checksum.add(all.first(all.size() - kChecksumSize));
  const Checksum::Value found = checksum.value();
  if (std::memcmp(found.data(), all.last(kChecksumSize).data(), kChecksumSize) != 0) {
    throw DataError("{}: damaged: its checksum does not fit its content", path);
  }
  digest = to_hex(found);
  for (const auto& [name, entry] : header.tensors) {
    if (!all_finite(data.subspan(entry.begin, entry.end - entry.begin), entry.dtype)) {
      throw DataError("{}: tensor {:?} holds a NaN or an infinite number", path, name);
    }
  }
}

ModelFile ModelFile::open(const std::string& path) {
  auto content = std::make_shared<Content>();
  content->path = path;
  content->all = content->file.emplace(path).bytes();
  content->read();
  return ModelFile(std::move(content));
}

ModelFile ModelFile::from_bytes(std::span<const std::byte> bytes, const std::string& name) {
  auto content = std::make_shared<Content>();
  content->path = name;
  content->all = content->copy_of(bytes);
  content->read();
  return ModelFile(std::move(content));
}

ModelFile ModelFile::inside(std::span<const std::byte> bytes, const std::string& name) {
  auto content = std::make_shared<Content>();
  content->path = name;
  content->all = bytes;
  content->read();
  content->data = content->copy_of(content->data);
  return ModelFile(std::move(content));
}

const std::string* ModelFile::find_text(std::string_view name) const {
  const auto found = content_->header.texts.find(name);
  return found == content_->header.texts.end() ? nullptr : &found->second;
}

const std::string& ModelFile::text(std::string_view name) const {
  if (const std::string* found = find_text(name)) return *found;
  throw DataError("{}: the text \"{}\" is missing", path(), name);
}

std::vector<std::string> ModelFile::text_names() const {
  std::vector<std::string> names;
  for (const auto& [name, text] : content_->header.texts) names.push_back(name);
  return names;
}

bool ModelFile::has_tensor(std::string_view name) const { return content_->header.tensors.contains(name); }

std::vector<std::string> ModelFile::tensor_names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : content_->header.tensors) names.push_back(name);
  return names;
}

std::span<const std::byte> ModelFile::elements(std::string_view name, Dtype dtype, Shape& shape) const {
  const auto found = content_->header.tensors.find(name);
  if (found == content_->header.tensors.end()) throw DataError("{}: the tensor \"{}\" is missing", path(), name);
  const TensorEntry& entry = found->second;
  if (entry.dtype != dtype) {
    throw DataError("{}: tensor \"{}\" must be {}, it is {}", path(), name, info(dtype).name, info(entry.dtype).name);
  }
  shape = entry.shape;
  return content_->data.subspan(entry.begin, entry.end - entry.begin);
}

StoredStrings ModelFile::strings(std::string_view name) const {
  const std::string base(name);
  const auto bytes = tensor<std::uint8_t>(base + std::string(kBytesSuffix));
  const auto ends = tensor<std::int64_t>(base + std::string(kOffsetsSuffix));
  if (bytes.shape.rank() != 1 || ends.shape.rank() != 1)
    throw DataError("{}: the bytes and ends of \"{}\" must each have one axis", path(), name);
  const std::string_view all(reinterpret_cast<const char*>(bytes.elements.data()), bytes.elements.size());
  std::int64_t begin = 0;
  for (const std::int64_t end : ends.elements) {
    if (end < begin || end > std::ssize(all))
      throw DataError("{}: the ends of \"{}\" do not ascend within its bytes", path(), name);
    begin = end;
  }
  if (begin != std::ssize(all)) throw DataError("{}: \"{}\" has bytes that belong to no string", path(), name);
  return {all, ends.elements};
}

std::vector<std::string> StoredStrings::copies() const {
  std::vector<std::string> strings;
  strings.reserve(size());
  for (std::size_t at = 0; at < size(); ++at) strings.emplace_back((*this)[at]);
  return strings;
}

const std::string& ModelFile::path() const { return content_->path; }
std::size_t ModelFile::size() const { return content_->all.size(); }
std::string ModelFile::digest() const { return content_->digest; }

}  // namespace recura
