#pragma once

#include <string>

#include "text/encoder.h"

namespace recura {

/// How a task's model reads text: all of a `TextEncoder` but its vocabulary.
struct TextSettings {
  TextRule rule;
  std::int64_t max_length = 0;
  Keep keep = Keep::head;
};

/// The text "text" of a model file: {"unit": "word", "normalization": "nfkc", …}.
std::string to_json(const TextSettings& settings);
/// The same for people to read, with the digest of the segmenter, if the rule has one.
std::string shown_json(const TextSettings& settings);
/// @throws DataError  if it is not such an object: a key too many or too few, a value out of range.
TextSettings text_settings_from_json(const std::string& json);
/// The same of a model that reads neither in windows nor as a stream.
TextSettings text_settings_without_windows(const std::string& json);
/// The same of one that reads by no subwords either.
TextSettings text_settings_of_words(const std::string& json);

}  // namespace recura
