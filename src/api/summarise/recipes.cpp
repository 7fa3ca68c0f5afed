#include "api/summarise/recipes.h"

#include "api/classify/state.h"
#include "api/tag/network.h"
#include "api/tag/start.h"
#include "task/precision_recall.h"

namespace recura {
namespace {

SelectNetworkSpec network_of(const SummarizerOptions& o) {
  return {.embedding = o.embedding,
          .cell = cell_of(o.cell),
          .activation = activation_of(o.activation),
          .hidden = o.hidden,
          .document_hidden = o.document_hidden,
          .init = init_of(o.init),
          .word_dropout = o.word_dropout,
          .dropout = o.dropout};
}

TagNetworkSpec network_of(const CompressorOptions& o) {
  std::vector<ChannelSpec> channels{{"word", 0, o.embedding, 1, o.word_dropout}};
  if (o.shape_size > 0) channels.push_back({"shape", kShapes, o.shape_size});
  constexpr CharacterEncoder kEncoders[] = {CharacterEncoder::none, CharacterEncoder::convolution,
                                            CharacterEncoder::lstm};
  const CharacterEncoder encoder = kEncoders[static_cast<std::size_t>(o.characters)];
  const bool reads_characters = encoder != CharacterEncoder::none;
  return tag_network_of(
      o, std::move(channels),
      reads_characters ? CharacterSpec{encoder, 0, o.character_size, o.character_hidden} : CharacterSpec{});
}

/// @throws DataError, SystemError  if the file is no language model of both directions.
LanguageModelParts read_language_start(const std::string& path) {
  const ModelFile file = ModelFile::open(path);
  if (const std::string* const task = file.find_text("task"); task != nullptr && *task != kLanguageTask)
    throw DataError("{}: such a summarizer begins with a language model, this is of the task {}", path, *task);
  LanguageModelParts start = read_language_model(file);
  if (!start.network->spec().bidirectional)
    throw DataError("{}: this summarizer reads in both directions, the language model in one (--no-bidirectional)",
                    path);
  return start;
}

/// Inputs as wide as its states an SRU passes on as they are, others by a product: with a chooser's features beside its
/// vectors, what had that product may not have it here.
bool fits_features(const LanguageNetworkSpec& spec) {
  return spec.cell != kernel::Cell::sru || spec.embedding + kTokenFeatures != spec.hidden;
}

/// Gives a recipe what a language model decides; it may be null.
template <typename Recipe>
void begin_with(LanguageStart start, Recipe& recipe) {
  if (!start) return;
  const LanguageNetworkSpec& from = start->network->spec();
  recipe.rule = start->encoder.tokenizer().rule();
  recipe.rule.drop_html = false;  // what a text has may stand in its summary
  recipe.network.embedding = from.embedding;
  recipe.network.cell = from.cell;
  recipe.network.activation = from.activation;
  recipe.network.hidden = from.hidden;
  recipe.network.init = from.init;
  recipe.start = std::move(start);
}

}  // namespace

SelectRecipe recipe_of(const SummarizerOptions& o) {
  SelectRecipe recipe;
  recipe.rule = rule_of(o);
  if (o.cut == SummarizerOptions::Cut::clause) recipe.cut = Cut::clause;
  recipe.min_count = o.min_count;
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.max_length = o.max_length;
  recipe.network = network_of(o);
  recipe.dev_share = o.dev_share;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  recipe.pace = pace_of(o);
  auto start = start_of(o, read_language_start);
  if (start && start->encoder.subwords())
    throw DataError("{}: a chooser reads words or characters, this language model subwords", o.from);
  if (start && !fits_features(start->network->spec()))
    throw DataError(
        "{}: an sru whose states are {} wider than its vectors cannot read what else a chooser knows of a word", o.from,
        kTokenFeatures);
  begin_with(std::move(start), recipe);
  return recipe;
}

SummaryDataSummary summary_of(const SelectData& data, SummaryDataSummary s) {
  s.train_texts = data.train_texts;
  s.dev_texts = data.dev_texts;
  s.sentences = data.sentences;
  s.kept = data.kept;
  s.tokens = data.tokens;
  s.vocabulary = data.vocabulary;
  s.lead = data.lead;
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  s.dropped = share(data.dropped, data.tokens + data.dropped);
  return s;
}

TaggerRecipe recipe_of(const CompressorOptions& o) {
  TaggerRecipe recipe;
  recipe.rule = rule_of(o);
  recipe.min_count = o.min_count;
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.network = network_of(o);
  if (!o.vectors.empty()) recipe.vectors = read_vectors(o.vectors);
  recipe.freeze_vectors = o.freeze_vectors;
  recipe.dev_share = o.dev_share;
  recipe.balance = o.balance;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  recipe.pace = pace_of(o);
  auto start = start_of(o, read_tagger_start);
  if (start && (start->tagger || start->rule().unit != Unit::word))
    throw DataError("{}: a compressor begins with a language model of words", o.from);
  begin_with(std::move(start), recipe);
  return recipe;
}

SummaryDataSummary summary_of(const CompressData& data, SummaryDataSummary s) {
  s.kind = "compress";
  s.train_texts = data.train_texts;
  s.dev_texts = data.dev_texts;
  s.tokens = data.words;
  s.kept = data.kept;
  s.partial = data.partial;
  s.vocabulary = data.vocabulary;
  s.vectors = summary_of(data.vectors);
  s.lead = data.lead;
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  return s;
}

WriteRecipe recipe_of(const WriterOptions& o) {
  WriteRecipe recipe;
  recipe.rule = rule_of(o);
  recipe.min_count = o.min_count;
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.max_outputs = o.max_outputs;
  recipe.subwords = o.subwords;
  recipe.max_length = o.max_length;
  recipe.max_summary = o.max_summary;
  recipe.network = {.embedding = o.embedding,
                    .cell = cell_of(o.cell),
                    .activation = activation_of(o.activation),
                    .hidden = o.hidden,
                    .decoder_hidden = o.decoder_hidden,
                    .attention = o.attention,
                    .init = init_of(o.init),
                    .word_dropout = o.word_dropout,
                    .dropout = o.dropout};
  recipe.loss = {o.label_smoothing, o.coverage, o.scheduled_sampling};
  recipe.dev_share = o.dev_share;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  recipe.pace = pace_of(o);
  begin_with(start_of(o, read_language_start), recipe);
  if (recipe.start) recipe.network.decoder_hidden = recipe.network.hidden;  // it begins as what reads forward
  return recipe;
}

SummaryDataSummary summary_of(const WriteData& data, SummaryDataSummary s) {
  s.kind = "write";
  s.train_texts = data.train_texts;
  s.dev_texts = data.dev_texts;
  s.tokens = data.tokens;
  s.words = data.words;
  s.copied = data.copied;
  s.lost = share(data.lost, data.words);
  s.vocabulary = data.vocabulary;
  s.outputs = data.outputs;
  s.lead = data.lead;
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  s.dropped = share(data.dropped, data.tokens + data.dropped);
  return s;
}

}  // namespace recura
