#pragma once

#include <recura/classifier.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace recura::cli {

/// Shows training: on a terminal a bar that moves, elsewhere a line for each epoch; and a log of epochs as JSON Lines.
class ProgressPrinter {
 public:
  /// `score`: what the dev score is called, "accuracy".
  ProgressPrinter(bool quiet, std::string score);

  /// Another score than the constructor was told of.
  void set_score(const std::string& score) { score_ = score; }
  /// Begins the log anew.
  /// @throws SystemError  if it cannot be written.
  void open_log(const std::string& path);
  /// @throws SystemError  if the log cannot be written.
  void show(const Progress& progress);
  /// Adds a line to the log, if there is one.
  /// @throws SystemError  if it cannot be written.
  void log(const nlohmann::ordered_json& line);
  /// Says what happened meanwhile.
  void note(const std::string& text);
  /// Ends a line that is still being drawn.
  void finish();

  int best_epoch() const { return best_epoch_; }
  double best_score() const { return best_score_; }
  const std::string& score_name() const { return score_; }

 private:
  void draw_bar(const Progress& progress);
  void write_log(const Progress& progress);
  [[noreturn]] void fail_log() const;

  bool quiet_, terminal_, drawn_ = false;
  std::string score_, key_, log_path_;
  std::ofstream log_;
  std::chrono::steady_clock::time_point last_;
  int best_epoch_ = 0;
  double best_score_ = 0;
};

}  // namespace recura::cli
