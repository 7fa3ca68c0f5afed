#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/checksum.h"

namespace recura {

/// The forms that a model knows, numbered. Id 0 stands for every unknown one. With room reserved, a form takes 12 bytes
/// beside its own.
class Vocabulary {
 public:
  static constexpr std::int32_t kUnknown = 0;

  /// Only the unknown form.
  Vocabulary() = default;
  /// `forms` get the ids 1, 2, …
  /// @throws DataError  as `add` does.
  explicit Vocabulary(std::span<const std::string> forms);
  Vocabulary(std::initializer_list<std::string> forms) : Vocabulary(std::span(forms)) {}

  /// Room for `count` forms of so many bytes together: adding them takes no more memory.
  void reserve(std::size_t count, std::size_t bytes);
  /// The form gets the next id.
  /// @throws DataError  if it is empty or known already, or if all are longer than 4 GiB together.
  void add(std::string_view form);

  std::int32_t id(std::string_view form) const;
  /// Of a known one, 1 … size() - 1.
  std::string_view form(std::int64_t id) const;
  /// The known forms: that of id i stands at i - 1.
  std::vector<std::string> forms() const;
  /// V: the known forms and the unknown one.
  std::int64_t size() const { return static_cast<std::int64_t>(ends_.size()) + 1; }

 private:
  void make_slots(std::size_t count);
  /// Where the id of the form stands, or would stand.
  std::size_t slot_of(std::string_view form) const;

  std::string bytes_;  // of all forms, one behind the other
  std::vector<std::uint32_t> ends_;
  std::vector<std::int32_t> slots_;  // open addressing, linear probing, at most half of them full
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
  /// All of `old`, at their places, and behind them as many of these as there is room for.
  Vocabulary build_behind(std::vector<std::string> old, std::int64_t min_count, std::int64_t max_size) const;

 private:
  struct Hash {
    std::size_t operator()(const std::string& form) const { return keyed_hash(form); }
  };

  std::unordered_map<std::string, std::int64_t, Hash> counts_;
};

}  // namespace recura
