#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "store/model_file.h"
#include "text/vocabulary.h"

namespace recura {

// The lists of a model file are checked where they lie; copies are made once all of the file is.

/// The strings of a list.
/// @throws DataError  if there is no such list, or one of them is no UTF-8.
StoredStrings stored_texts(const ModelFile& file, std::string_view list);
/// The same of those of which none may stand twice. Takes 8 bytes of memory for each while it looks.
StoredStrings stored_names(const ModelFile& file, std::string_view list);
/// The same of forms, of which none may be empty either.
StoredStrings stored_forms(const ModelFile& file, std::string_view list);

/// How many of them differ.
Index count_distinct(const StoredStrings& strings);
Vocabulary vocabulary_of(const StoredStrings& forms);

/// A text of the header that is a word or a number.
/// @throws DataError  if there is none, or it is longer than such.
const std::string& stored_word(const ModelFile& file, std::string_view name);

/// The elements of a tensor, whose shape must be this one.
/// @throws DataError  if there is no such tensor, or it is of another type or shape.
template <typename T>
std::span<const T> stored_elements(const ModelFile& file, std::string_view name, const Shape& shape) {
  const auto stored = file.tensor<T>(name);
  if (!(stored.shape == shape)) {
    throw DataError("tensor \"{}\" must be {}, as the model has it elsewhere, it is {}", name, to_string(shape),
                    to_string(stored.shape));
  }
  return stored.elements;
}

}  // namespace recura
