#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "task/language/train.h"

namespace recura {

/// A language model that has seen a few texts three times.
inline LanguageModelParts small_language_model(std::vector<std::string> texts, const TextRule& rule,
                                               const LanguageNetworkSpec& network) {
  LanguageRecipe recipe;
  recipe.rule = rule;
  recipe.dev_share = 0;
  recipe.subwords = 24;
  recipe.network = network;
  recipe.fit = {.epochs = 3, .learning_rate = 0.02};
  Executor executor(1);
  return train_language_model(std::move(texts), std::nullopt, recipe, executor, {}).model;
}

}  // namespace recura
