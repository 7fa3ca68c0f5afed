#include "verbs/trial.h"

#include <fmt/format.h>
#include <recura/error.h>

#include <exception>
#include <new>

#include "show/terminal.h"

namespace recura::cli {

std::string outcome_of(const Trial& trial, const std::string& score) {
  if (!trial.failure.empty()) return printable(trial.failure);
  const Progress& best = trial.best;
  const std::string scores = !trial.is_scored ? "no epoch was done in time"
                                              : fmt::format("dev loss {:.4f}  dev {} {:.4f}{}", best.dev_loss, score,
                                                            best.dev_score, trial.is_best ? " *" : "  ");
  return fmt::format("{}{:5.0f} s", scores, trial.seconds);
}

nlohmann::ordered_json line_of(const Trial& trial, int number) {
  nlohmann::ordered_json line{{"trial", number}, {"changes", trial.changes}, {"seconds", trial.seconds}};
  if (!trial.failure.empty()) {
    line["error"] = trial.failure;
  } else if (trial.is_scored) {
    line.update({{"dev_loss", trial.best.dev_loss}, {"dev_score", trial.best.dev_score}, {"best", trial.is_best}});
  }
  return line;
}

std::string reason_of_failure() {
  try {
    throw;
  } catch (const SystemError&) {
    throw;
  } catch (const ArgumentError&) {
    return "";
  } catch (const std::bad_alloc&) {
    return "not enough memory";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace recura::cli
