#include "store/model_writer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "base/checksum.h"
#include "base/error.h"
#include "base/file.h"
#include "store/finite.h"

namespace recura {
namespace {

std::array<std::byte, kPrefixSize> prefix_of(std::size_t header_size) {
  std::array<std::byte, kPrefixSize> prefix;
  for (std::size_t i = 0; i < kPrefixSize; ++i) prefix[i] = static_cast<std::byte>(header_size >> (8 * i));
  return prefix;
}

}  // namespace

void ModelWriter::check_name(const std::string& name) const {
  const bool reserved = name == kTextsKey || name == kChecksumName || name == kFormatKey;
  const bool taken = texts_.contains(name) || std::ranges::count(tensors_, name, &Pending::name) > 0;
  if (name.empty() || name.size() > kMaxNameSize || reserved || taken) {
    throw ArgumentError("model file: {:?} cannot be a name: it is {}", name,
                        taken      ? "taken"
                        : reserved ? "the format's own"
                                   : "empty or too long");
  }
  check_utf8(name);
}

void ModelWriter::add_text(const std::string& name, std::string value) {
  check_name(name);
  check_utf8(value);
  if (texts_.size() + 1 == kMaxTexts)
    throw ArgumentError("model file: at most {} texts, the format among them", kMaxTexts);
  texts_.emplace(name, std::move(value));
}

void ModelWriter::add_bytes(const std::string& name, Dtype dtype, Shape shape, std::span<const std::byte> elements) {
  check_name(name);
  if (tensors_.size() == kMaxTensors) throw ArgumentError("model file: at most {} tensors", kMaxTensors);
  if (elements.size() != static_cast<std::size_t>(shape.size()) * info(dtype).size) {
    throw ArgumentError("model file: tensor {:?} of shape {} got {} bytes", name, to_string(shape), elements.size());
  }
  tensors_.push_back({name, {dtype, shape, 0, elements.size()}, elements});
}

void ModelWriter::add_strings(const std::string& name, std::span<const std::string> strings) {
  std::vector<std::byte> bytes;
  std::vector<std::int64_t> ends;
  for (const std::string& text : strings) {
    const auto view = std::as_bytes(std::span(text));
    bytes.insert(bytes.end(), view.begin(), view.end());
    ends.push_back(static_cast<std::int64_t>(bytes.size()));
  }
  const auto end_bytes = std::as_bytes(std::span(ends));
  owned_.emplace_back(end_bytes.begin(), end_bytes.end());
  add_bytes(name + std::string(kOffsetsSuffix), Dtype::kI64, {static_cast<Index>(ends.size())}, owned_.back());
  owned_.push_back(std::move(bytes));
  add_bytes(name + std::string(kBytesSuffix), Dtype::kU8, {static_cast<Index>(owned_.back().size())}, owned_.back());
}

template <typename Piece>
void ModelWriter::write(Piece piece) const {
  for (const Pending& tensor : tensors_) {
    if (!all_finite(tensor.elements, tensor.entry.dtype))
      throw DataError("tensor \"{}\" holds a NaN or an infinite number: not saved", tensor.name);
  }
  // Tensors follow each other without a gap, so those that keep the alignment for their followers come first.
  std::vector<Pending> tensors = tensors_;
  std::ranges::stable_sort(tensors, std::ranges::greater{}, [](const Pending& t) {
    return std::pair(t.elements.size() % kDataAlignment == 0, info(t.entry.dtype).size);
  });
  Header header{texts_, {}, 0};
  header.texts.emplace(kFormatKey, kFormat);
  std::vector<std::string> order;
  for (Pending& tensor : tensors) {
    tensor.entry.begin = header.data_size;
    tensor.entry.end = header.data_size += tensor.elements.size();
    header.tensors.emplace(tensor.name, tensor.entry);
    order.push_back(tensor.name);
  }
  header.data_size += kChecksumSize;
  const std::string json = header_json(header, order);
  check_token_sizes(json, "model file");
  if (json.size() > kMaxHeaderSize)
    throw DataError("model file: its texts have {} bytes, at most {} are allowed", json.size(), kMaxHeaderSize);

  Checksum checksum;
  const auto add = [&](std::span<const std::byte> bytes) {
    checksum.add(bytes);
    piece(bytes);
  };
  add(prefix_of(json.size()));
  add(std::as_bytes(std::span(json)));
  for (const Pending& tensor : tensors) add(tensor.elements);
  piece(std::span<const std::byte>(checksum.value()));
}

void ModelWriter::save(const std::string& path) const {
  replace_file(path, [&](FileWriter& file) { write([&](std::span<const std::byte> bytes) { file.write(bytes); }); });
}

std::string ModelWriter::bytes() const {
  std::string all;
  write(
      [&](std::span<const std::byte> bytes) { all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size()); });
  return all;
}

}  // namespace recura
