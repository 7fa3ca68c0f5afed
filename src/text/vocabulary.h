#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace recura {

/// The forms that a model knows, numbered. Id 0 stands for every unknown one.
class Vocabulary {
 public:
  static constexpr std::int32_t kUnknown = 0;

  /// Only the unknown form.
  Vocabulary() : Vocabulary(std::vector<std::string>{}) {}
  /// `forms` get the ids 1, 2, …
  /// @throws DataError  if one stands twice or is empty.
  explicit Vocabulary(std::vector<std::string> forms);

  std::int32_t id(std::string_view form) const;
  /// The known forms: that of id i stands at i - 1.
  const std::vector<std::string>& forms() const { return forms_; }
  /// V: the known forms and the unknown one.
  std::int64_t size() const { return static_cast<std::int64_t>(forms_.size()) + 1; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::vector<std::string> forms_;
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> ids_;
};

/// Counts forms.
class VocabularyBuilder {
 public:
  void add(const std::string& form) { ++counts_[form]; }
  void add(const VocabularyBuilder& other) {
    for (const auto& [form, count] : other.counts_) counts_[form] += count;
  }
  /// The forms seen `min_count` times or more, by falling count, ties in the order of their bytes.
  std::vector<std::string> forms(std::int64_t min_count) const;
  /// Of these, so many that there are `max_size` ids at most, the unknown one included.
  /// @throws ArgumentError  if max_size is not positive.
  Vocabulary build(std::int64_t min_count, std::int64_t max_size) const;

 private:
  std::unordered_map<std::string, std::int64_t> counts_;
};

}  // namespace recura
