#pragma once

#include <string>
#include <vector>

#include "task/summarise/write/train/train.h"

namespace recura {

inline TextEncoder encoder_of(const std::vector<std::string>& forms) {
  TextRule rule;
  rule.lower_case = false;
  return {rule, Vocabulary(forms)};
}

/// Pairs that a writer learns by heart: who did what, of a longer text.
inline SummaryData ten_pairs() {
  const char* const who[] = {"Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ida", "Jo"};
  const char* const what[] = {"won 12 races", "lost the key"};
  SummaryData data;
  for (int i = 0; i < 10; ++i) {
    const std::string one = std::string(who[i]) + " " + what[i / 5];
    data.rows.push_back({.text = "It rained. Then " + one + " (of 40), they said, in May.", .summaries = {one + "."}});
  }
  return data;
}

inline WriteRecipe small_writer_recipe() {
  WriteRecipe recipe;
  recipe.rule.lower_case = false;
  recipe.rule.normalization = Normalization::nfc;
  recipe.min_count = 3;  // no name is known
  recipe.network = {.embedding = 16, .hidden = 12, .decoder_hidden = 16, .attention = 12};
  recipe.dev_share = 0;
  recipe.fit.epochs = 60;
  recipe.fit.batch_size = 5;
  recipe.fit.learning_rate = 0.02;
  recipe.fit.clip_norm = 2;
  return recipe;
}

inline TrainedWriter train_small(int threads, const WriteRecipe& recipe = small_writer_recipe()) {
  Executor executor(threads);
  return train_writer({ten_pairs()}, recipe, executor, {});
}

/// Whether two networks have the same weights, bit for bit.
inline bool same_weights(WriteNetwork& one, WriteNetwork& other) {
  const auto own = one.parameters(), theirs = other.parameters();
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!std::ranges::equal(own[i]->value().values(), theirs[i]->value().values())) return false;
  }
  return true;
}

}  // namespace recura
