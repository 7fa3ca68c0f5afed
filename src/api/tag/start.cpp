#include "api/tag/start.h"

#include <algorithm>

namespace recura {
namespace {

/// Of a language model: the vectors' size, and the recurrent layers.
void take_sizes(const LanguageNetworkSpec& from, TagNetworkSpec& to) {
  to.channels.front().size = from.embedding;  // of the words
  to.cell = from.cell;
  to.activation = from.activation;
  to.hidden = from.hidden;
  to.layers = from.layers;
  to.bidirectional = from.bidirectional;
  to.init = from.init;
}

}  // namespace

bool is_of_start(const Option& option, const TaggerStart& start) {
  constexpr const char* kOfLanguage[] = {"unit",      "normalization", "lower-case", "dictionary",
                                         "embedding", "cell",          "activation", "hidden",
                                         "layers",    "bidirectional", "init"};
  if (start.tagger) return is_of_model(option);
  const bool is_of_words = option.name == "segmenter" && start.rule().unit == Unit::word;
  return is_of_words || std::ranges::count(kOfLanguage, option.name) > 0;
}

void begin_with(std::shared_ptr<const TaggerStart> start, TaggerRecipe& recipe) {
  if (!start) return;
  TextRule rule = start->rule();
  if (start->tagger) {
    recipe.network = start->tagger->network->spec();
  } else {
    rule.drop_html = false;  // tokens of annotated texts are as they are
    if (rule.unit == Unit::character) rule.splitter = recipe.rule.splitter;  // which cuts no tokens
    take_sizes(start->language->network->spec(), recipe.network);
  }
  recipe.rule = std::move(rule);
  recipe.start = std::move(start);
}

}  // namespace recura
