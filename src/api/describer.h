#pragma once

#include <recura/options.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace recura {

// What an option without an upper limit may be.
inline constexpr std::int64_t kMany = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kWidest = 65'536;  // of vectors and states
inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

template <typename T>
bool parse_number(const std::string& text, T& value) {
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end;
}

/// Of the option `segmenter`.
inline constexpr const char* kSegmenterHelp =
    "a tagger trained on segmented text, which cuts Chinese and Japanese into words";

/// Of the option `recurrent-dropout`.
inline constexpr const char* kRecurrentDropoutHelp =
    "share of the recurrent weights dropped in training, the same ones at all steps of a batch; of sru those of its "
    "gates by the state";

/// An upper limit that is allowed itself.
struct Including {
  double value;
};

/// Collects the descriptions of an aggregate's options; each `add` binds one field, which must outlive them.
class Describer {
 public:
  Describer& group(std::string name) {
    group_ = std::move(name);
    return *this;
  }

  Describer& add(const char* name, std::string& field, const char* values, const char* help) {
    bind({name, group_, values, help, false, {}, [&field] { return field; }}, [&field](const std::string& text) {
      field = text;
      return true;
    });
    return *this;
  }

  Describer& add(const char* name, bool& field, const char* help) {
    bind({name, group_, "true or false", help, true, {}, [&field] { return std::string(field ? "true" : "false"); }},
         [&field](const std::string& text) {
           if (text != "true" && text != "false") return false;
           field = text == "true";
           return true;
         });
    return *this;
  }

  Describer& add(const char* name, std::int64_t& field, std::int64_t least, std::int64_t most, const char* help) {
    const bool open = most == std::numeric_limits<std::int64_t>::max();
    auto values = open ? fmt::format("an integer >= {}", least) : fmt::format("an integer in {} ... {}", least, most);
    bind({name, group_, std::move(values), help, false, {}, [&field] { return std::to_string(field); }},
         [&field, least, most](const std::string& text) {
           std::int64_t value = 0;
           if (!parse_number(text, value) || value < least || value > most) return false;
           field = value;
           return true;
         });
    return *this;
  }

  /// In [least, most), or from `least` without end.
  Describer& add(const char* name, double& field, double least, double most, const char* help) {
    auto values =
        std::isinf(most) ? fmt::format("a number >= {}", least) : fmt::format("a number in [{}, {})", least, most);
    return add_number(name, field, std::move(values), [least, most](double x) { return x >= least && x < most; }, help);
  }

  /// In [least, most].
  Describer& add(const char* name, double& field, double least, Including most, const char* help) {
    auto values = fmt::format("a number in [{}, {}]", least, most.value);
    return add_number(
        name, field, std::move(values), [least, most](double x) { return x >= least && x <= most.value; }, help);
  }

  /// As `values` says it in words.
  template <typename IsInside>
  Describer& add_number(const char* name, double& field, std::string values, const IsInside& is_inside,
                        const char* help) {
    bind({name, group_, std::move(values), help, false, {}, [&field] { return fmt::format("{}", field); }},
         [&field, is_inside](const std::string& text) {
           double value = 0;
           if (!parse_number(text, value) || !is_inside(value)) return false;
           field = value;
           return true;
         });
    return *this;
  }

  template <typename Enum>
  Describer& add(const char* name, Enum& field, std::vector<std::string> choices, const char* help) {
    std::string values;
    for (std::size_t i = 0; i < choices.size(); ++i)
      values += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
    bind({name,
          group_,
          values,
          help,
          false,
          {},
          [&field, choices, name, values] {
            const auto place = static_cast<std::size_t>(field);
            // An enum may have values that not all who use it know.
            if (place >= choices.size()) throw ArgumentError("--{}: expected {}", name, values);
            return choices[place];
          }},
         [&field, choices](const std::string& text) {
           const auto found = std::ranges::find(choices, text);
           if (found == choices.end()) return false;
           field = static_cast<Enum>(found - choices.begin());
           return true;
         });
    return *this;
  }

  std::vector<Option> take() { return std::move(options_); }

 private:
  template <typename Set>
  void bind(Option option, const Set& set) {
    Option named = option;
    option.set = [named, set](const std::string& text) {
      if (!set(text)) throw ArgumentError("--{}: expected {}, got {:?}", named.name, named.values, text);
    };
    options_.push_back(std::move(option));
  }

  std::string group_;
  std::vector<Option> options_;
};

/// The options of how files are read, as a part of others.
void describe_input(Describer& to, InputOptions& options);

}  // namespace recura
