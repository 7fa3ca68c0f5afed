#include "fuzz/mutate_model.h"

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "store/raw_file.h"

namespace recura::fuzz {
namespace {

using Json = nlohmann::ordered_json;

struct Part {
  std::string name, elements;
  Json entry;
};

/// A file taken apart: its texts, and its tensors with their elements.
struct Parts {
  Json texts;
  std::vector<Part> tensors;
};

std::size_t header_size(std::string_view file) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < kPrefixSize && i < file.size(); ++i)
    size |= static_cast<std::size_t>(static_cast<unsigned char>(file[i])) << (8 * i);
  return size;
}

Parts taken_apart(std::string_view file) {
  const std::string_view header = file.substr(kPrefixSize, header_size(file));
  const std::string_view data = file.substr(kPrefixSize + header.size());
  Parts parts;
  const Json all = Json::parse(header);
  for (const auto& [name, entry] : all.items()) {
    if (name == kTextsKey) parts.texts = entry;
    if (name == kTextsKey || name == kChecksumName) continue;
    const auto begin = entry.at("data_offsets").at(0).get<std::size_t>(),
               end = entry.at("data_offsets").at(1).get<std::size_t>();
    parts.tensors.push_back({name, std::string(data.substr(begin, end - begin)), entry});
  }
  return parts;
}

std::string put_together(Parts parts) {
  Json header{{kTextsKey, std::move(parts.texts)}};
  std::string data;
  for (Part& tensor : parts.tensors) {
    tensor.entry["data_offsets"] = {data.size(), data.size() + tensor.elements.size()};
    data += tensor.elements;
    header[tensor.name] = std::move(tensor.entry);
  }
  header[kChecksumName] = {
      {"dtype", "U8"}, {"shape", {kChecksumSize}}, {"data_offsets", {data.size(), data.size() + kChecksumSize}}};
  std::string file = raw_file(header.dump(-1, ' ', false, Json::error_handler_t::replace), data);
  file.resize(file.size() - kChecksumSize);
  return file;
}

std::size_t element_size(const Json& entry) {
  for (const DtypeInfo& dtype : kDtypes) {
    if (entry.at("dtype") == dtype.name) return dtype.size;
  }
  return 1;
}

/// As many elements as the shape says, the new ones zero.
void fill_shape(Part& tensor) {
  std::size_t size = element_size(tensor.entry);
  for (const Json& extent : tensor.entry.at("shape")) size *= extent.get<std::size_t>();
  tensor.elements.resize(std::min(size, std::size_t{1} << 16));
}

/// One of the numbers in a text, such as a layer's units, becomes another one.
void change_number(std::string& text, Rng& rng) {
  constexpr const char* kNumbers[] = {"0", "1", "2", "3", "4", "5", "7", "8", "16", "65", "1000", "2147483648", "0.5"};
  const std::size_t first = text.find_first_of("0123456789", rng.below(text.size() + 1));
  if (first == std::string::npos) return;
  const std::size_t end = std::min(text.find_first_not_of("0123456789.", first), text.size());
  text.replace(first, end - first, kNumbers[rng.below(std::size(kNumbers))]);
}

void change_text(Json& texts, Rng& rng, const Mutate& mutate) {
  constexpr std::size_t kRoom = 64;
  auto text = texts.begin() + static_cast<std::ptrdiff_t>(rng.below(texts.size()));
  std::string value = text->get<std::string>();
  if (rng.below(2) == 0) {
    change_number(value, rng);
  } else {
    mutate(value, value.size() + kRoom);
  }
  *text = value;
}

void change_tensor(Parts& parts, Rng& rng, const Mutate& mutate) {
  Part& tensor = parts.tensors[rng.below(parts.tensors.size())];
  Json& shape = tensor.entry["shape"];
  switch (rng.below(6)) {
    case 0:
      if (!shape.empty()) shape[rng.below(shape.size())] = rng.below(9);
      return fill_shape(tensor);
    case 1:
      tensor.entry["dtype"] = kDtypes[rng.below(kDtypes.size())].name;
      return fill_shape(tensor);
    case 2:
      return std::swap(tensor.name, parts.tensors[rng.below(parts.tensors.size())].name);
    default: {
      const std::size_t size = tensor.elements.size();
      mutate(tensor.elements, std::max<std::size_t>(size, 1));
      tensor.elements.resize(size);
    }
  }
}

}  // namespace

std::string mutate_model(std::string_view file, unsigned seed, const Mutate& mutate) {
  if (file.size() < kPrefixSize || header_size(file) > file.size() - kPrefixSize) return "";
  try {
    Rng rng(seed);
    Parts parts = taken_apart(file);
    if (parts.texts.empty() || parts.tensors.empty()) return "";
    if (rng.below(2) == 0) {
      change_text(parts.texts, rng, mutate);
    } else {
      change_tensor(parts, rng, mutate);
    }
    return put_together(std::move(parts));
  } catch (const Json::exception&) {
    return "";
  } catch (const std::out_of_range&) {
    return "";
  }
}

}  // namespace recura::fuzz
