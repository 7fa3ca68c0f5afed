#pragma once

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/model_file.h"
#include "store/model_writer.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

namespace recura {

/// What every model says of itself, whatever its task.
struct ModelFacts {
  /// JSON objects that stand in the file as they are: the options it was trained with, what training found, what
  /// rounding the weights did (`{}` if nobody did).
  std::string options = "{}";
  std::string training = "{}";
  std::string narrowing = "{}";
  /// What cut the training texts.
  std::string unicode = Tokenizer::version();
  /// The file's checksum if the model comes from one.
  std::string digest = {};
  /// What a reader of the file should know, such as another Unicode version than the one trained with.
  std::vector<std::string> notes = {};
};

/// Adds these texts and the task's name.
void add_facts(const ModelFacts& facts, std::string_view task, ModelWriter& writer);
/// `texts`: those that the task has besides.
/// @throws DataError  if the file is a model of another task, lacks one of these texts, or has one that belongs to no
///                    part of it.
void check_facts(const ModelFile& file, std::string_view task, std::set<std::string> texts);
/// Of a file that is checked.
ModelFacts read_facts(const ModelFile& file);

/// What `read` makes of a model file, where errors of its parts, which know nothing of a file, name it.
/// @throws DataError  if it is damaged, of another version or task, or its parts do not fit each other.
template <typename Read>
auto read_model(const ModelFile& file, const Read& read) {
  try {
    return read(file);
  } catch (const SystemError&) {
    throw;
  } catch (const Error& error) {
    constexpr std::size_t kShown = 300;  // a file may have megabytes in the place of a word
    const std::string what = cut_short(error.what(), file.path().size() + kShown);
    throw DataError("{}", what.starts_with(file.path())
                              ? what
                              : fmt::format("{}: not a model that can be read: {}", file.path(), what));
  }
}

}  // namespace recura
