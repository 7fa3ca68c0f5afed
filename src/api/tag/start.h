#pragma once

#include <memory>
#include <string>

#include "api/training.h"
#include "base/error.h"
#include "task/tag/train.h"

namespace recura {

// What a tagger begins with, or whatever else is a tagger inside: by the options `from`, `from-rate` and `from-frozen`.

/// Whether a model that training begins with decides an option.
bool is_of_start(const Option& option, const TaggerStart& start);

/// The model of `from`; null if there is none.
/// @throws ArgumentError, DataError, SystemError  if there is no such model, or other options do nothing beside it.
template <typename Options>
std::shared_ptr<const TaggerStart> start_of(Options o) {
  if (o.from.empty()) return nullptr;
  if (!o.vectors.empty()) throw ArgumentError("--from, --vectors: the embedding begins with the one or the other");
  auto start = std::make_shared<const TaggerStart>(read_tagger_start(o.from));
  Options usual;
  check_beside_start(describe(o), describe(usual), [&](const Option& one) { return is_of_start(one, *start); });
  return start;
}

/// Gives a recipe what the start decides; it may be null.
void begin_with(std::shared_ptr<const TaggerStart> start, TaggerRecipe& recipe);

/// The options that made a model, as JSON: without those that a start decided; it may be null.
template <typename Options>
std::string told_options(const Options& o, const TaggerStart* start) {
  if (start == nullptr) return options_json(o);
  Options named = o;
  return told_options(options_json(o), describe(named), [&](const Option& one) { return is_of_start(one, *start); });
}

}  // namespace recura
