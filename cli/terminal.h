#pragma once

#include <fmt/format.h>
#include <recura/error.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace recura::cli {

/// Standard output, buffered; a failure to write is told, a closed pipe too.
class Output {
 public:
  ~Output() = default;
  void write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail();
  }
  void flush() {
    if (std::fflush(stdout) != 0) fail();
  }

 private:
  [[noreturn]] static void fail();
};

/// A text as one line that no terminal takes for a command: control characters become blanks.
std::string printable(std::string_view text);

/// Columns of the text on a terminal: two for wide characters, none for combining ones.
std::size_t display_width(const std::string& text);
std::string padded(const std::string& text, std::size_t width);

/// Standard error is a terminal.
bool on_terminal();

/// From now on the first SIGINT or SIGTERM is remembered; a second one ends the process.
void catch_interrupts();
bool interrupted();

}  // namespace recura::cli
