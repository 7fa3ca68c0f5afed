#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "task/summarise/select/model.h"
#include "task/summarise/select/phrases/phrases.h"

namespace recura {

/// The phrases of each text that matter most, as `best_phrases`, all tokens of a sentence weighing 1/2 + p, p being the
/// probability that it belongs to a summary: how often a phrase stands there, and in what kind of sentence.
/// docs/results.md compares other weights.
std::vector<std::vector<Phrase>> keyphrases(const SelectModel& model, std::span<const std::string> texts,
                                            std::size_t count, Executor& executor);

}  // namespace recura
