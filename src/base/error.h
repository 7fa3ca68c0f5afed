#pragma once

#include <fmt/format.h>
#include <recura/error.h>

namespace recura {

/// A format string checked against its arguments when it is compiled, so that `throw DataError("{}: line {}", path,
/// line)` is safe.
template <typename... Args>
class MessageFormat {
 public:
  template <typename Text>
  consteval MessageFormat(const Text& text) : format_(text) {}  // NOLINT(google-explicit-constructor)

  std::string message(Args&&... args) const { return fmt::format(format_, std::forward<Args>(args)...); }

 private:
  fmt::format_string<Args...> format_;
};

}  // namespace recura
