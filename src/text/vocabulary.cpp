#include "text/vocabulary.h"

#include <algorithm>

#include "base/error.h"

namespace recura {

Vocabulary::Vocabulary(std::vector<std::string> forms) : forms_(std::move(forms)) {
  ids_.reserve(forms_.size());
  for (const std::string& form : forms_) {
    if (form.empty()) throw DataError("vocabulary: form {} is empty", ids_.size() + 1);
    if (!ids_.emplace(form, static_cast<std::int32_t>(ids_.size()) + 1).second) {
      throw DataError("vocabulary: the form \"{}\" stands twice", form);
    }
  }
}

std::int32_t Vocabulary::id(std::string_view form) const {
  const auto found = ids_.find(form);
  return found == ids_.end() ? kUnknown : found->second;
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
  return Vocabulary(std::move(known));
}

}  // namespace recura
