#include "terminal.h"

#include <unistd.h>
#include <wchar.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>

namespace recura::cli {
namespace {

/// When the first signal came, in nanoseconds of the steady clock; 0: none came.
std::atomic<std::int64_t> g_interrupted_at = 0;
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

/// A second signal ends the process at once, unless it comes with the first: `timeout`, for one, sends each twice.
void on_signal(int signal) {
  constexpr std::int64_t kTogether = 200'000'000;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t time = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  std::int64_t first = 0;
  if (g_interrupted_at.compare_exchange_strong(first, time) || time - first < kTogether) return;
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

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
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return g_interrupted_at != 0; }

}  // namespace recura::cli
