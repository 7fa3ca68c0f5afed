#include "show/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "show/terminal.h"

namespace recura::cli {
namespace {

std::string duration(double seconds) {
  const long whole = std::lround(seconds);
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

double tokens_per_second(const Progress& progress) {
  return progress.seconds > 0 ? static_cast<double>(progress.tokens) / progress.seconds : 0;
}

}  // namespace

ProgressPrinter::ProgressPrinter(bool quiet, std::string score)
    : quiet_(quiet), terminal_(on_terminal()), score_(std::move(score)), key_(score_) {
  for (char& c : key_) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);  // "F1": as keys are
}

void ProgressPrinter::open_log(const std::string& path) {
  log_path_ = path;
  log_.open(path);
  if (!log_) fail_log();
}

void ProgressPrinter::fail_log() const {
  const int reason = errno;
  throw SystemError(fmt::format("{}: the log cannot be written: {}", log_path_, std::strerror(reason)));
}

void ProgressPrinter::show(const Progress& p) {
  if (!p.epoch_ended) {
    if (!quiet_ && terminal_) draw_bar(p);
    return;
  }
  if (p.best) {
    best_epoch_ = p.epoch;
    best_score_ = p.dev_score;
  }
  if (log_.is_open()) write_log(p);
  if (quiet_) return;
  finish();
  say("epoch {:{}}/{}  loss {:.4f}", p.epoch, std::to_string(p.epochs).size(), p.epochs, p.loss);
  if (!std::isnan(p.dev_score))
    say("  dev loss {:.4f}  dev {} {:.4f}{}", p.dev_loss, score_, p.dev_score, p.best ? " *" : "  ");
  say("  {:.0f} tokens/s  {}\n", tokens_per_second(p), duration(p.seconds));
}

void ProgressPrinter::draw_bar(const Progress& p) {
  using namespace std::chrono_literals;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < 100ms) return;
  last_ = now;
  const double done = static_cast<double>(p.rows_done) / static_cast<double>(p.rows);
  const double left = p.seconds / done * (1 - done) + p.seconds / done * (p.epochs - p.epoch);
  const std::string before = fmt::format("epoch {}/{}", p.epoch, p.epochs);
  const std::string after =
      fmt::format("  loss {:.4f}  {:.0f} tokens/s  {} left at most", p.loss, tokens_per_second(p), duration(left));
  // A line of all columns would move some terminals to the next one, where the line is not cleared.
  const std::size_t columns = terminal_columns() - 1;
  const std::size_t rest = columns - std::min(columns, before.size() + after.size() + std::strlen(" []"));
  const std::size_t width = std::min<std::size_t>(rest, 24);
  const auto filled = static_cast<std::size_t>(done * static_cast<double>(width));
  std::string line = before;
  if (width > 0) line += " [" + std::string(filled, '#') + std::string(width - filled, '.') + "]";
  line += after;
  say("\r\x1b[K{}", line.substr(0, columns));
  drawn_ = true;
}

void ProgressPrinter::note(const std::string& text) {
  log({{"note", text}});
  if (quiet_) return;
  finish();
  say("{}\n", printable(text));
}

void ProgressPrinter::finish() {
  if (drawn_) say("\r\x1b[K");
  drawn_ = false;
}

void ProgressPrinter::write_log(const Progress& p) {
  nlohmann::ordered_json line{{"epoch", p.epoch},    {"loss", p.loss},       {"rate", p.rate},
                              {"tokens", p.tokens},  {"seconds", p.seconds}, {"gradient_norm", p.gradient_norm},
                              {"clipped", p.clipped}};
  if (!std::isnan(p.dev_score)) line.update({{"dev_" + key_, p.dev_score}, {"dev_loss", p.dev_loss}, {"best", p.best}});
  if (!p.gradient_flow.empty()) line["gradient_flow"] = p.gradient_flow;
  log(line);
}

void ProgressPrinter::log(const nlohmann::ordered_json& line) {
  if (!log_.is_open()) return;
  log_ << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n' << std::flush;
  if (!log_) fail_log();
}

}  // namespace recura::cli
