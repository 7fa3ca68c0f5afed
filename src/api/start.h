#pragma once

#include <memory>
#include <string>

#include "api/training.h"
#include "base/error.h"
#include "task/language/start.h"

namespace recura {

// What a training begins with, by the options `from`, `from-rate` and `from-frozen`. A start of another kind than a
// language model has its own `is_of_start` and `digest_of`.

/// Whether a language model that training begins with decides an option.
bool is_of_start(const Option& option, const LanguageModelParts& start);

inline const std::string& digest_of(const LanguageModelParts& start) { return start.facts.digest; }

/// The model of `from`, as `read` gives it; null if there is none.
/// @throws ArgumentError  if other options do nothing beside it, and as `read`.
template <typename Options, typename Read>
auto start_of(Options o, const Read& read) -> std::shared_ptr<const decltype(read(o.from))> {
  if (o.from.empty()) return nullptr;
  if constexpr (requires { o.vectors; }) {
    if (!o.vectors.empty()) throw ArgumentError("--from, --vectors: the embedding begins with the one or the other");
  }
  auto start = std::make_shared<const decltype(read(o.from))>(read(o.from));
  Options usual;
  check_beside_start(describe(o), describe(usual), [&](const Option& one) { return is_of_start(one, *start); });
  return start;
}

/// The options that made a model, as JSON: without those that a start decided; it may be null.
template <typename Options, typename Start>
std::string told_options(const Options& o, const Start* start) {
  if (start == nullptr) return options_json(o);
  Options named = o;
  return told_options(options_json(o), describe(named), [&](const Option& one) { return is_of_start(one, *start); });
}

}  // namespace recura
