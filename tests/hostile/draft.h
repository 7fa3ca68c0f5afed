#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hostile/kept_models.h"
#include "store/header.h"
#include "store/raw_file.h"

namespace recura {

/// A model that can be changed in any way, and becomes a file whose sizes and checksum are right.
class Draft {
 public:
  struct Entry {
    Dtype dtype;
    Shape shape;
    std::string bytes;
  };

  explicit Draft(const std::string& model) {
    std::size_t size = 0;
    for (std::size_t i = kPrefixSize; i-- > 0;) size = size << 8 | static_cast<unsigned char>(model[i]);
    Header header = parse_header(std::string_view(model).substr(kPrefixSize, size), "model");
    texts = std::move(header.texts);
    for (const auto& [name, entry] : header.tensors) {
      tensors[name] = {entry.dtype, entry.shape,
                       model.substr(kPrefixSize + size + entry.begin, entry.end - entry.begin)};
    }
  }

  std::string file() const {
    std::vector<std::string> order;
    for (const auto& [name, entry] : tensors) order.push_back(name);
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](const std::string& name) { return info(tensors.at(name).dtype).size; });
    Header header{texts, {}, 0};
    std::string data;
    for (const std::string& name : order) {
      const Entry& entry = tensors.at(name);
      header.tensors[name] = {entry.dtype, entry.shape, data.size(), data.size() + entry.bytes.size()};
      data += entry.bytes;
    }
    header.data_size = data.size() + kChecksumSize;
    return raw_file(header_json(header, order), data);
  }

  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, Entry> tensors;
};

using Edit = std::function<void(Draft&)>;

inline Edit both(const Edit& one, const Edit& other) {
  return [=](Draft& draft) {
    one(draft);
    other(draft);
  };
}

// The small edits that hostile models are made by.

inline Edit text(const std::string& name, const std::string& value) {
  return [=](Draft& draft) { draft.texts[name] = value; };
}

/// A value inside a text that is JSON, by its pointer ("/0/vocabulary").
inline Edit field(const std::string& name, const std::string& pointer, const nlohmann::ordered_json& value) {
  return [=](Draft& draft) {
    auto json = nlohmann::ordered_json::parse(draft.texts.at(name));
    json.at(nlohmann::ordered_json::json_pointer(pointer)) = value;
    draft.texts[name] = json.dump();
  };
}

inline Edit without_tensor(const std::string& name) {
  return [=](Draft& draft) {
    if (draft.tensors.erase(name) == 0) throw ArgumentError("no tensor {}", name);
  };
}

/// Of which the header has as many as it may, in texts that no model depends on.
inline void add_long_texts(Draft& draft) {
  for (const char* const name : {"options", "training", "narrowing", "unicode"})
    draft.texts[name] = std::string(4'000'000, ' ');
}

template <typename T>
Draft::Entry entry_of(const std::vector<T>& values, Shape shape) {
  return {kDtypeOf<T>, shape, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)}};
}

template <typename T>
Edit tensor(const std::string& name, const std::vector<T>& values, Shape shape) {
  return [=](Draft& draft) { draft.tensors[name] = entry_of(values, shape); };
}

template <typename T>
Edit list(const std::string& name, const std::vector<T>& values) {
  return tensor(name, values, {std::ssize(values)});
}

/// One element of a tensor.
template <typename T>
Edit element(const std::string& name, std::size_t at, T value) {
  return [=](Draft& draft) {
    draft.tensors.at(name).bytes.replace(at * sizeof(T), sizeof(T), reinterpret_cast<const char*>(&value), sizeof(T));
  };
}

/// The same elements in another shape.
inline Edit shape(const std::string& name, Shape shape) {
  return [=](Draft& draft) { draft.tensors.at(name).shape = shape; };
}

inline Edit strings(const std::string& name, const std::vector<std::string>& values) {
  return [=](Draft& draft) {
    std::string bytes;
    std::vector<std::int64_t> ends;
    for (const std::string& value : values) ends.push_back(std::ssize(bytes += value));
    draft.tensors[name + ".offsets"] = entry_of(ends, {std::ssize(ends)});
    draft.tensors[name + ".bytes"] = {Dtype::kU8, {std::ssize(bytes)}, bytes};
  };
}

/// One string of a list.
inline Edit string(const std::string& name, std::size_t at, const std::string& value) {
  return [=](Draft& draft) {
    std::vector<std::string> values = ModelFile::from_bytes(draft.file(), "draft").strings(name).copies();
    values.at(at) = value;
    strings(name, values)(draft);
  };
}

}  // namespace recura
