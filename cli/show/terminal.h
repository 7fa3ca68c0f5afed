#pragma once

#include <fmt/format.h>
#include <recura/error.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace recura::cli {

/// Whoever read standard output has closed it, as `head` does: it has what it wanted.
class ReaderGone : public SystemError {
 public:
  using SystemError::SystemError;
};

/// Standard output, buffered; a failure to write is told, that its reader is gone by `ReaderGone`.
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

/// Opens what is closed of the three standard streams, so that no file gets their numbers. What is written to them, or
/// read, fails as before.
void hold_standard_streams();

/// Writes to standard error. A failure is ignored: what is only said must not end what is done.
void say_text(std::string_view text);
template <typename... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  say_text(fmt::format(format, std::forward<Args>(args)...));
}

/// The bytes of the character at the text's start if a terminal may take it for a command: a control character, or one
/// that turns the direction of writing. 0 if it is another one.
std::size_t moving_bytes(std::string_view text);

/// A text as one line that no terminal takes for a command: characters that are one become blanks, but those that begin
/// with a byte of `kept`.
std::string printable(std::string_view text, std::string_view kept = "");

/// As much of a text as so many code points, "…" in the place of the rest.
std::string beginning(const std::string& text, std::size_t most);

/// Columns of the text on a terminal: two for wide characters, none for combining ones.
std::size_t display_width(const std::string& text);
std::string padded(const std::string& text, std::size_t width);

/// Standard error is a terminal.
bool on_terminal();
/// Its width; 80 if it does not say.
std::size_t terminal_columns();

/// From now on the first SIGINT, SIGTERM or SIGHUP is remembered; a second one ends the process.
void catch_interrupts();
bool interrupted();

}  // namespace recura::cli
