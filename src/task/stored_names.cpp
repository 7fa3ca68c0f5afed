#include "task/stored_names.h"

#include <limits>
#include <vector>

#include "base/checksum.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// Shows each string that an earlier one is equal to. Open addressing, linear probing, half of the slots full at most.
template <typename Show>
void each_repeated(const StoredStrings& strings, const Show& show) {
  std::vector<std::uint32_t> slots(2 * strings.size());  // numbers from 1
  for (std::size_t at = 0; at < strings.size(); ++at) {
    std::size_t slot = keyed_hash(strings[at]) % slots.size();
    while (slots[slot] != 0 && strings[slots[slot] - 1] != strings[at]) slot = slot + 1 == slots.size() ? 0 : slot + 1;
    if (slots[slot] != 0) show(strings[at]);
    slots[slot] = static_cast<std::uint32_t>(at + 1);
  }
}

}  // namespace

StoredStrings stored_texts(const ModelFile& file, std::string_view list) {
  const StoredStrings strings = file.strings(list);
  if (strings.size() > std::numeric_limits<std::int32_t>::max())
    throw DataError("\"{}\" holds {} strings, too many to number", list, strings.size());
  for (std::size_t at = 0; at < strings.size(); ++at) {
    if (find_bad_utf8(strings[at]))
      throw DataError("\"{}\" holds what is no UTF-8: {:?}", list, cut_short(strings[at]));
  }
  return strings;
}

StoredStrings stored_names(const ModelFile& file, std::string_view list) {
  const StoredStrings names = stored_texts(file, list);
  each_repeated(names, [&](std::string_view) { throw DataError("\"{}\" holds a name twice", list); });
  return names;
}

StoredStrings stored_forms(const ModelFile& file, std::string_view list) {
  const StoredStrings forms = stored_texts(file, list);
  if (forms.bytes().size() > std::numeric_limits<std::uint32_t>::max())
    throw DataError("\"{}\": its forms have more than 4 GiB together", list);
  for (std::size_t at = 0; at < forms.size(); ++at) {
    if (forms[at].empty()) throw DataError("\"{}\": form {} is empty", list, at + 1);
  }
  each_repeated(forms, [&](std::string_view form) {
    throw DataError("\"{}\": the form {:?} stands twice", list, cut_short(form));
  });
  return forms;
}

Index count_distinct(const StoredStrings& strings) {
  Index count = std::ssize(strings);
  each_repeated(strings, [&](std::string_view) { --count; });
  return count;
}

Vocabulary vocabulary_of(const StoredStrings& forms) {
  Vocabulary vocabulary;
  vocabulary.reserve(forms.size(), forms.bytes().size());
  for (std::size_t at = 0; at < forms.size(); ++at) vocabulary.add(forms[at]);
  return vocabulary;
}

const std::string& stored_word(const ModelFile& file, std::string_view name) {
  constexpr std::size_t kMost = 100;
  const std::string& word = file.text(name);
  if (word.size() > kMost) throw DataError("text \"{}\" must be a word, it has {} bytes", name, word.size());
  return word;
}

}  // namespace recura
