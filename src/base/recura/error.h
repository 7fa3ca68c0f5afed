#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace recura {

/// How the library itself makes messages; complete only inside it.
template <typename... Args>
class MessageFormat;

/// The root of everything the library throws but `std::bad_alloc`, and what a caller's own callbacks throw. A message
/// says what was expected, what came, and where.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  template <typename... Args>
  explicit Error(MessageFormat<std::type_identity_t<Args>...> format, Args&&... args)
      : std::runtime_error(format.message(std::forward<Args>(args)...)) {}
};

/// The caller broke the contract: a wrong shape, an option out of range, an unknown name. Exit code 2.
class ArgumentError : public Error {
 public:
  using Error::Error;
};

/// The input is bad: a text, a training row, a model file. Names the file and the line or byte. Exit code 3.
class DataError : public Error {
 public:
  using Error::Error;
};

/// The system refused: a file, memory, disk. Exit code 4.
class SystemError : public Error {
 public:
  using Error::Error;
};

/// Training met a loss or a gradient that is not finite. Exit code 5.
class DivergenceError : public Error {
 public:
  using Error::Error;
};

}  // namespace recura
