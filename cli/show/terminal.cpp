#include "show/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
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
  if (reason == EPIPE) throw ReaderGone("standard output: closed by its reader");
  throw SystemError(std::string("standard output: ") + std::strerror(reason));
}

void hold_standard_streams() {
  for (int stream = 0; stream <= 2; ++stream) {
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);  // the lowest free number
  }
}

void say_text(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

std::size_t moving_bytes(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  if (text.empty()) return 0;
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return 2;  // U+0080 … U+009F
  if (byte(0) != 0xE2) return 0;
  if (byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE) return 3;   // U+202A … U+202E
  return byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9 ? 3 : 0;  // U+2066 … U+2069
}

std::string printable(std::string_view text, std::string_view kept) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = moving_bytes(text.substr(at, 3));
    const bool moves = bytes > 0 && kept.find(text[at]) == std::string_view::npos;
    const std::string_view character = text.substr(at, std::max<std::size_t>(bytes, 1));
    line += moves ? " " : character;
    at += character.size();
  }
  return line;
}

std::string beginning(const std::string& text, std::size_t most) {
  std::size_t points = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (starts && points++ == most) return text.substr(0, at) + "…";
  }
  return text;
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

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void catch_interrupts() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  struct sigaction before{};
  ::sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);  // `nohup` ignores it, and goes on
}

bool interrupted() { return g_interrupted_at != 0; }

}  // namespace recura::cli
