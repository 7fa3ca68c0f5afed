#include "api/tag/start.h"

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
  if (start.tagger) return is_of_model(option);
  // A model that reads characters cuts no words; a segmenter may tell of each character where its word begins.
  const bool cuts_nothing = option.name == "segmenter" && start.rule().unit == Unit::character;
  return !cuts_nothing && is_of_start(option, *start.language);
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
