#include "task/stored_names.h"

#include <set>

#include "text/utf8.h"

namespace recura {

namespace {

/// How many strings the list has, all of them UTF-8.
std::size_t count_texts(const ModelFile& file, std::string_view list) {
  std::size_t count = 0;
  file.each_string(list, [&](std::string_view text) {
    if (find_bad_utf8(text)) throw DataError("\"{}\" holds what is no UTF-8: {:?}", list, cut_short(text));
    ++count;
  });
  return count;
}

}  // namespace

std::vector<std::string> stored_texts(const ModelFile& file, std::string_view list) {
  count_texts(file, list);
  return file.strings(list);
}

Vocabulary stored_vocabulary(const ModelFile& file, std::string_view list) {
  Vocabulary vocabulary;
  vocabulary.reserve(count_texts(file, list));
  file.each_string(list, [&](std::string_view form) { vocabulary.add(form); });
  return vocabulary;
}

const std::string& stored_word(const ModelFile& file, std::string_view name) {
  constexpr std::size_t kMost = 100;
  const std::string& word = file.text(name);
  if (word.size() > kMost) throw DataError("text \"{}\" must be a word, it has {} bytes", name, word.size());
  return word;
}

std::vector<std::string> stored_names(const ModelFile& file, std::string_view list) {
  std::vector<std::string> names = stored_texts(file, list);
  if (std::set<std::string_view>(names.begin(), names.end()).size() != names.size())
    throw DataError("\"{}\" holds a name twice", list);
  return names;
}

}  // namespace recura
