#pragma once

#include <recura/classifier.h>

#include <nlohmann/json.hpp>
#include <string>

namespace recura::cli {

/// A training of `recura tune`, and what came of it.
struct Trial {
  std::string what;
  /// The options that are other than they were given, with their values.
  nlohmann::ordered_json changes;
  /// Its best epoch, if one was scored.
  Progress best = {};
  bool is_scored = false, is_best = false;
  double seconds = 0;
  /// Why there is no model; empty if there is one.
  std::string failure = {};
};

/// What is said of it: its dev score, which is called `score`, or why it has none.
std::string outcome_of(const Trial& trial, const std::string& score);

/// Its line in the log.
nlohmann::ordered_json line_of(const Trial& trial, int number);

/// Why a trial failed, by the exception that is being handled; empty if its options do not go together, as another size
/// with a model to begin with.
/// @throws SystemError  if it is one: what the system refuses, it would refuse the next trial too.
std::string reason_of_failure();

}  // namespace recura::cli
