#include "terminal.h"

#include <unistd.h>
#include <wchar.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace recura::cli {
namespace {

std::atomic<bool> g_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) { g_interrupted = true; }

}  // namespace

void Output::fail() {
  const int reason = errno;
  throw SystemError(std::string("standard output: ") +
                    (reason == EPIPE ? "closed by its reader" : std::strerror(reason)));
}

std::string printable(std::string_view text) {
  std::string line(text);
  for (std::size_t at = 0; at < line.size(); ++at) {
    const auto byte = static_cast<unsigned char>(line[at]);
    const bool c1 =
        byte == 0xC2 && at + 1 < line.size() && static_cast<unsigned char>(line[at + 1]) < 0xA0;  // U+0080 … U+009F
    if (byte < 0x20 || byte == 0x7F) line[at] = ' ';
    if (c1) line[at] = line[at + 1] = ' ';
  }
  return line;
}

std::size_t display_width(const std::string& text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    // Three- and four-byte characters are nearly all wide in the scripts that this tells apart: CJK, kana, emoji.
    columns += length >= 3 && !(lead == 0xE2) ? 2 : 1;
    at += length;
  }
  return columns;
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t columns = display_width(text);
  return columns < width ? text + std::string(width - columns, ' ') : text;
}

bool on_terminal() { return ::isatty(STDERR_FILENO) == 1; }

void catch_interrupts() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return g_interrupted; }

}  // namespace recura::cli
