#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "task/tag/answer/extract.h"
#include "task/tag/train.h"

// A tagger that learns eight sentences by heart in a moment.
namespace recura {

/// "[Ann](PER) lives in [New York](LOC)", tokens parted by blanks.
inline TaggedText tagged(const std::string& marked) {
  TaggedText text;
  Index open = 0;
  for (std::size_t at = 0; at < marked.size();) {
    if (marked[at] == '[') open = std::ssize(text.tokens), ++at;
    const std::size_t end = std::min(marked.find_first_of(" ]", at), marked.size());
    text.tokens.push_back({text.text.size(), text.text.size() + end - at});
    text.text += marked.substr(at, end - at) + " ";
    at = end;
    if (at < marked.size() && marked[at] == ']') {
      const std::size_t close = marked.find(')', at);
      text.spans.push_back({open, std::ssize(text.tokens), marked.substr(at + 2, close - at - 2)});
      at = close + 1;
    }
    if (at < marked.size() && marked[at] == ' ') ++at;
  }
  text.text.pop_back();
  return text;
}

inline TaggedData small_data() {
  TaggedData data;
  for (const char* marked :
       {"[Ann](PER) lives in [New York](LOC) .", "[Bob Stone](PER) saw [Paris](LOC) and [Rome](LOC)",
        "nobody came home today", "the train to [Rome](LOC) was late", "[Carla](PER) met [Ann](PER)",
        "[Dan Hill](PER) left [Paris](LOC) at noon", "we walked home", "in [New York](LOC) it rains"})
    data.texts.push_back(tagged(marked));
  return data;
}

inline TaggerRecipe small_tagger_recipe(Unit unit = Unit::word) {
  TaggerRecipe recipe;
  recipe.rule = {unit, Normalization::nfkc, true, false, false};
  recipe.network = {.channels = {{"word", 0, 12}, {"shape", 64, 4}},
                    .characters = {CharacterEncoder::convolution, 0, 6, 8},
                    .hidden = 12};
  recipe.dev_share = 0;
  recipe.fit = {.epochs = 60, .batch_size = 4, .learning_rate = 0.02, .clip_norm = 5, .seed = 3};
  return recipe;
}

inline TrainedTagger trained_tagger(int threads = 1, TaggerRecipe recipe = small_tagger_recipe(),
                                    TaggedData data = small_data()) {
  Executor executor(threads);
  return train_tagger(std::move(data), std::nullopt, std::move(recipe), executor, {}, {});
}

inline std::vector<std::vector<NamedSpan>> spans_of(const TaggerModel& model, const std::vector<TaggedText>& texts,
                                                    int threads = 1) {
  Executor executor(threads);
  std::vector<std::vector<NamedSpan>> spans;
  for (const TagAnswer& answer : tag_tokens(model, texts, executor)) {
    auto& own = spans.emplace_back();
    for (const FoundSpan& found : answer.spans) own.push_back(found.span);
  }
  return spans;
}

inline void expect_learnt(const TaggerModel& model, const TaggedData& data) {
  const auto found = spans_of(model, data.texts);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], data.texts[i].spans) << data.texts[i].text;
}

}  // namespace recura
