#pragma once

#include <recura/model.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace recura::cli {

/// The models that help one of summaries, by their files; empty: there is none.
struct SummaryHelpers {
  /// Chooses the sentences that a writer reads of longer texts.
  std::string selector;
  /// Judges, as a language model, what one that leaves words out keeps.
  std::string fluency;
};

/// The flags that name them. `helpers` must outlive the parsing.
void add_summary_helpers(CLI::App& verb, SummaryHelpers& helpers);

/// Gives a model those that are named.
/// @throws ArgumentError           if it or one of them is of another kind, or `length` has a weight of --fluency, but
///                                 there is none.
/// @throws SystemError, DataError  if there is no sound model file.
void use_summary_helpers(const std::string& verb, AnyModel& model, const SummaryHelpers& helpers,
                         const SummaryLength& length, std::int64_t threads);

}  // namespace recura::cli
