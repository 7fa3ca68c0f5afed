#include "store/header.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "base/error.h"

namespace recura {
namespace {

/// A string of the file as a message may show it: short, and without control characters.
std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 60;
  return fmt::format("{:?}{}", text.substr(0, kShown), text.size() > kShown ? "…" : "");
}

Shape to_shape(std::span<const std::uint64_t> extents) {
  const auto extent = [&](std::size_t axis) { return static_cast<Index>(extents[axis]); };
  switch (extents.size()) {
    case 0:
      return {};
    case 1:
      return {extent(0)};
    case 2:
      return {extent(0), extent(1)};
    default:
      return {extent(0), extent(1), extent(2)};
  }
}

/// Reads the header as a stream of events, so that a hostile one is refused at its first wrong token: no tree is built,
/// nesting goes no deeper than the format's own, and memory stays near the size of what is kept.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderReader(const std::string& path) : path_(path) {}

  Header take() {
    if (!has_checksum_) fail("the checksum is missing");
    return std::move(header_);
  }

  bool start_object(std::size_t) override {
    if (place_ == Place::kStart) {
      place_ = Place::kTop;
    } else if (place_ == Place::kTop) {
      place_ = name_ == kTextsKey ? Place::kTexts : Place::kTensor;
      fields_ = {};
    } else {
      unexpected("an object");
    }
    return true;
  }

  bool key(std::string& key) override {
    if (place_ == Place::kTop) {
      start_entry(key);
    } else if (place_ == Place::kTexts) {
      check_name("text", key);
      if (header_.texts.size() == kMaxTexts) fail("more than {} texts", kMaxTexts);
      if (header_.texts.contains(key)) fail("text {} stands twice", in_quotes(key));
      field_ = std::move(key);
    } else {
      field_ = std::move(key);
      const bool known = field_ == "dtype" || field_ == "shape" || field_ == "data_offsets";
      if (!known) fail("tensor {} has an unknown field {}", in_quotes(name_), in_quotes(field_));
    }
    return true;
  }

  bool string(std::string& text) override {
    if (place_ == Place::kTexts) {
      text.shrink_to_fit();  // it grew by doubling
      header_.texts.emplace(std::move(field_), std::move(text));
    } else if (place_ == Place::kTensor && field_ == "dtype" && !fields_.dtype) {
      const auto* const found = std::ranges::find(kDtypes, std::string_view(text), &DtypeInfo::name);
      if (found == kDtypes.end()) fail("tensor {} has the unknown type {}", in_quotes(name_), in_quotes(text));
      fields_.dtype = found->dtype;
    } else {
      unexpected("a string");
    }
    return true;
  }

  bool start_array(std::size_t) override {
    const bool shape = field_ == "shape" && !fields_.shape, offsets = field_ == "data_offsets" && !fields_.offsets;
    if (place_ != Place::kTensor || !(shape || offsets)) unexpected("an array");
    place_ = Place::kNumbers;
    numbers_.clear();
    return true;
  }

  bool number_unsigned(number_unsigned_t number) override {
    if (place_ != Place::kNumbers) unexpected("a number");
    if (number > static_cast<std::uint64_t>(std::numeric_limits<Index>::max())) unexpected("a number above 2^63 - 1");
    if (numbers_.size() == static_cast<std::size_t>(Shape::kMaxRank)) unexpected("more than three numbers");
    numbers_.push_back(number);
    return true;
  }

  bool end_array() override {
    if (field_ == "shape") {
      fields_.shape = to_shape(numbers_);
    } else {
      if (numbers_.size() != 2)
        fail("tensor {}: data_offsets must be two numbers, got {}", in_quotes(name_), numbers_.size());
      fields_.offsets = {static_cast<std::size_t>(numbers_[0]), static_cast<std::size_t>(numbers_[1])};
    }
    place_ = Place::kTensor;
    return true;
  }

  bool end_object() override {
    if (place_ == Place::kTexts) check_format();
    if (place_ == Place::kTensor) end_entry();
    place_ = Place::kTop;
    return true;
  }

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("true or false"); }
  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
  bool number_float(number_float_t, const string_t&) override { return unexpected("a number that is not whole"); }
  bool binary(binary_t&) override { return unexpected("binary data"); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    fail("not JSON at byte {}", kPrefixSize + position);
  }

 private:
  enum class Place { kStart, kTop, kTexts, kTensor, kNumbers };
  struct Fields {
    std::optional<Dtype> dtype;
    std::optional<Shape> shape;
    std::optional<std::pair<std::size_t, std::size_t>> offsets;
  };

  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw DataError("{}: damaged header: {}", path_, fmt::format(format, std::forward<Args>(args)...));
  }

  bool unexpected(std::string_view what) const {
    if (place_ == Place::kTop) fail("{} in the place of an object", what);
    if (place_ == Place::kTexts) fail("text {}: {} in the place of a string", in_quotes(field_), what);
    fail("tensor {}: {} out of place in {}", in_quotes(name_), what, in_quotes(field_));
  }

  void check_name(std::string_view what, const std::string& name) const {
    if (name.empty()) fail("a {} has an empty name", what);
    if (name.size() > kMaxNameSize)
      fail("a {}'s name has {} bytes, at most {} are allowed", what, name.size(), kMaxNameSize);
  }

  void start_entry(std::string& name) {
    const bool first = name_.empty();
    check_name("tensor", name);
    if (first != (name == kTextsKey)) {
      if (!first) fail("{} stands twice", kTextsKey);
      throw DataError("{}: not a Recura model: its header begins with {}, not with \"{}\"", path_, in_quotes(name),
                      kTextsKey);
    }
    if (has_checksum_) fail("tensor {} follows the checksum", in_quotes(name));
    if (header_.tensors.size() == kMaxTensors) fail("more than {} tensors", kMaxTensors);
    if (header_.tensors.contains(name)) fail("tensor {} stands twice", in_quotes(name));
    name_ = std::move(name);
  }

  void end_entry() {
    if (!fields_.dtype || !fields_.shape || !fields_.offsets) {
      fail("tensor {} lacks one of dtype, shape, data_offsets", in_quotes(name_));
    }
    const TensorEntry entry{*fields_.dtype, *fields_.shape, fields_.offsets->first, fields_.offsets->second};
    check_place(entry);
    header_.data_size = entry.end;
    if (name_ != kChecksumName) {
      header_.tensors.emplace(name_, entry);
      return;
    }
    if (entry.dtype != Dtype::kU8 || entry.shape != Shape{Index{kChecksumSize}}) fail("the checksum must be U8 [16]");
    has_checksum_ = true;
  }

  /// The entry starts where the one before ended, at a multiple of its element's size, and is as long as its shape
  /// says.
  void check_place(const TensorEntry& entry) const {
    if (entry.begin != header_.data_size) {
      fail("tensor {} starts at {}, the one before ended at {}", in_quotes(name_), entry.begin, header_.data_size);
    }
    // Axes of 0 count as 1 here: then no product of extents, whatever their order, can overflow later.
    const std::size_t item = info(entry.dtype).size;
    std::size_t bound = item;
    for (int axis = 0; axis < entry.shape.rank(); ++axis) {
      const auto extent = static_cast<std::size_t>(std::max<Index>(1, entry.shape[axis]));
      if (__builtin_mul_overflow(bound, extent, &bound) || bound > std::numeric_limits<Index>::max()) {
        fail("tensor {}: shape {} is too large", in_quotes(name_), to_string(entry.shape));
      }
    }
    const std::size_t size = static_cast<std::size_t>(entry.shape.size()) * item;
    if (entry.end < entry.begin || entry.end - entry.begin != size) {
      fail("tensor {}: {} {} needs {} bytes, data_offsets are [{}, {}]", in_quotes(name_), info(entry.dtype).name,
           to_string(entry.shape), size, entry.begin, entry.end);
    }
    if (entry.begin % item != 0)
      fail("tensor {} starts at {}, not at a multiple of {}", in_quotes(name_), entry.begin, item);
  }

  void check_format() const {
    const auto found = header_.texts.find(kFormatKey);
    const std::string_view format = found == header_.texts.end() ? std::string_view() : found->second;
    if (format == kFormat) return;
    if (format.starts_with("recura ")) {
      throw DataError("{}: the file's format is {}, this program reads {}", path_, in_quotes(format),
                      in_quotes(kFormat));
    }
    throw DataError("{}: not a Recura model: its format is {}, not {}", path_, in_quotes(format), in_quotes(kFormat));
  }

  const std::string& path_;
  Header header_;
  Place place_ = Place::kStart;
  std::string name_, field_;  // the tensor or "__metadata__", and the key inside it, that are being read
  Fields fields_;
  std::vector<std::uint64_t> numbers_;
  bool has_checksum_ = false;
};

std::string json_string(std::string_view text) { return nlohmann::json(text).dump(); }

std::string entry_json(std::string_view name, const TensorEntry& entry) {
  return fmt::format(",{}:{{\"dtype\":\"{}\",\"shape\":{},\"data_offsets\":[{},{}]}}", json_string(name),
                     info(entry.dtype).name, to_string(entry.shape), entry.begin, entry.end);
}

}  // namespace

void check_utf8(std::string_view text) {
  try {
    json_string(text);
  } catch (const nlohmann::json::type_error&) {
    throw ArgumentError("model file: {} is not UTF-8", in_quotes(text));
  }
}

std::string header_json(const Header& header, const std::vector<std::string>& order) {
  // No tree of the library's: one takes memory when it goes away, which is when there may be none.
  std::string json = fmt::format("{{{}:", json_string(kTextsKey));
  for (const auto& [name, text] : header.texts)
    json += fmt::format("{}{}:{}", json.back() == ':' ? '{' : ',', json_string(name), json_string(text));
  json += "}";
  for (const std::string& name : order) json += entry_json(name, header.tensors.at(name));
  const TensorEntry checksum{Dtype::kU8, Shape{Index{kChecksumSize}}, header.data_size - kChecksumSize,
                             header.data_size};
  json += entry_json(kChecksumName, checksum) + "}";
  const std::size_t end = kPrefixSize + json.size();
  json.append((kDataAlignment - end % kDataAlignment) % kDataAlignment, ' ');
  return json;
}

void check_token_sizes(std::string_view json, const std::string& path) {
  std::size_t begin = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_string ? c == '\\' : c == '"') {
      in_string = true;
      at += c == '\\' ? 1 : 0;
    } else if (in_string ? c == '"' : std::string_view("{}[],: \n\r\t").find(c) != std::string_view::npos) {
      in_string = false;
      begin = at + 1;
    }
    if (at - std::min(begin, at) > kMaxTokenSize) {
      throw DataError("{}: a text or number of its header has more than {} bytes", path, kMaxTokenSize);
    }
  }
}

Header parse_header(std::string_view json, const std::string& path) {
  if (!json.starts_with('{')) throw DataError("{}: not a Recura model: its header does not begin with {{", path);
  // The parser takes a NUL for the end of its input, and would not see what follows.
  if (const auto at = json.find('\0'); at != json.npos)
    throw DataError("{}: damaged header: a NUL at byte {}", path, kPrefixSize + at);
  check_token_sizes(json, path);
  HeaderReader reader(path);
  nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  return reader.take();
}

}  // namespace recura
