#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace recura {

/// A row of any form.
struct SourceRow {
  std::int64_t line = 0;
  std::string text;
  std::vector<std::string> labels;
  bool is_list = false;  // of labels, even where it holds one
  double weight = 1;
  /// The other fields, as inside a JSON object; the label among them where labels are not asked for.
  std::string fields;
  std::string error;

  /// Puts a field behind the others; `json` is its value as it stands in JSON.
  void add_field(std::string_view name, std::string_view json);
};

/// A string as it stands in JSON, quotes and all. `text` must be UTF-8.
std::string json_string(std::string_view text);

/// Why a row cannot count so often; empty if it can.
std::string problem_of_weight(const std::string& field, double weight);

/// Replaces what is no UTF-8 if `replace` says so; else it gives the row an error. False if the row got one.
bool mend_utf8(std::string& text, bool replace, SourceRow& row);

/// What separates on a line of JSON or CoNLL.
inline constexpr std::string_view kBlanks = " \t\r\f\v";

/// Without the blanks and tabs around it, or other characters.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t");

/// The names between commas; blanks around them are no part of them.
/// @throws ArgumentError  if one is empty or stands twice.
std::vector<std::string> names_in(const std::string& list);

/// Texts as one, each on a line of its own.
std::string text_of(const std::vector<std::string>& parts);

/// Behind a message about a field or column that is not there: the option that names another one. `what` it holds is
/// the option's first word.
std::string field_hint(std::string_view what);

/// Names for a message: as many as it has room for.
std::string joined(const std::vector<std::string>& names);

}  // namespace recura
