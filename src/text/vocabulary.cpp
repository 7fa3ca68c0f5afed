#include "text/vocabulary.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/checksum.h"
#include "base/error.h"
#include "text/utf8.h"

namespace recura {

Vocabulary::Vocabulary(std::span<const std::string> forms) {
  reserve(forms.size(), std::transform_reduce(forms.begin(), forms.end(), std::size_t{0}, std::plus(),
                                              [](const std::string& form) { return form.size(); }));
  for (const std::string& form : forms) add(form);
}

void Vocabulary::reserve(std::size_t count, std::size_t bytes) {
  bytes_.reserve(bytes);
  ends_.reserve(count);
  make_slots(count);
}

void Vocabulary::add(std::string_view form) {
  if (form.empty()) throw DataError("vocabulary: form {} is empty", size());
  if (form.size() > std::numeric_limits<std::uint32_t>::max() - bytes_.size())
    throw DataError("vocabulary: its forms have more than 4 GiB together");
  if (slots_.size() < 2 * (ends_.size() + 1)) make_slots(2 * ends_.size() + 8);
  const std::size_t slot = slot_of(form);
  if (slots_[slot] != kUnknown) throw DataError("vocabulary: the form {:?} stands twice", cut_short(form));
  bytes_ += form;
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  slots_[slot] = static_cast<std::int32_t>(ends_.size());
}

std::int32_t Vocabulary::id(std::string_view form) const { return slots_.empty() ? kUnknown : slots_[slot_of(form)]; }

std::string_view Vocabulary::form(std::int64_t id) const {
  const auto at = static_cast<std::size_t>(id);
  const std::size_t begin = at == 1 ? 0 : ends_[at - 2];
  return std::string_view(bytes_).substr(begin, ends_[at - 1] - begin);
}

std::vector<std::string> Vocabulary::forms() const {
  std::vector<std::string> forms;
  forms.reserve(ends_.size());
  for (std::int64_t id = 1; id < size(); ++id) forms.emplace_back(form(id));
  return forms;
}

void Vocabulary::make_slots(std::size_t count) {
  slots_.assign(2 * count, kUnknown);
  for (std::int64_t id = 1; id < size(); ++id) slots_[slot_of(form(id))] = static_cast<std::int32_t>(id);
}

std::size_t Vocabulary::slot_of(std::string_view form) const {
  std::size_t slot = keyed_hash(form) % slots_.size();
  while (slots_[slot] != kUnknown && this->form(slots_[slot]) != form) slot = slot + 1 == slots_.size() ? 0 : slot + 1;
  return slot;
}

std::vector<std::string> VocabularyBuilder::forms(std::int64_t min_count) const {
  std::vector<std::pair<std::int64_t, std::string_view>> ordered;
  for (const auto& [form, count] : counts_) {
    if (count >= min_count) ordered.emplace_back(-count, form);
  }
  std::ranges::sort(ordered);
  std::vector<std::string> forms;
  forms.reserve(ordered.size());
  for (const auto& [count, form] : ordered) forms.emplace_back(form);
  return forms;
}

Vocabulary VocabularyBuilder::build(std::int64_t min_count, std::int64_t max_size) const {
  if (max_size < 1) throw ArgumentError("vocabulary: max_size must be at least 1, got {}", max_size);
  std::vector<std::string> known = forms(min_count);
  known.resize(std::min(known.size(), static_cast<std::size_t>(max_size - 1)));
  return Vocabulary(known);
}

Vocabulary VocabularyBuilder::build_behind(std::vector<std::string> old, std::int64_t min_count,
                                           std::int64_t max_size) const {
  const Vocabulary known(old);
  for (const std::string& form : forms(min_count)) {
    if (std::ssize(old) + 1 >= max_size) break;
    if (known.id(form) == Vocabulary::kUnknown) old.push_back(form);
  }
  return Vocabulary(old);
}

}  // namespace recura
