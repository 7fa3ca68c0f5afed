#include <recura/tagger_options.h>

#include "api/tag/network.h"
#include "api/training.h"

namespace recura {
namespace {

void describe_tagged_input(Describer& to, TaggedInput& o) {
  to.group("Input")
      .add("format", o.format, "conll, words, jsonl or brat", "form of the files; without it, it is detected")
      .add("scheme", o.scheme, {"detect", "bio", "iob1", "bioes", "bmes"}, "conll: how tags mark begin and end")
      .add("token-column", o.token_column, -1'000, 1'000, "conll: the token's column, from 0; negative: from behind")
      .add("tag-column", o.tag_column, -1'000, 1'000, "conll: the tag's column")
      .add("repair", o.repair, "conll: mend tags in an order that the scheme does not allow, and count them")
      .add("own-types", o.own_types,
           "each file marks only the types that occur in it: what it has of others is learnt from other files, and not "
           "scored")
      .add("text-field", o.text_field, "a name", "jsonl: field of the text")
      .add("label-field", o.label_field, "a name", "jsonl: field of the whole text's label")
      .add("spans-field", o.spans_field, "a name", "jsonl: field of the spans")
      .add("on-error", o.on_error, {"fail", "skip"}, "at a bad row or span: stop, or leave it out and report it")
      .add("bad-utf8", o.bad_utf8, {"refuse", "replace"},
           "bytes that are no UTF-8: a bad row, or U+FFFD in their place");
}

void describe_text(Describer& to, TaggerOptions& o) {
  to.group("Text")
      .add("unit", o.unit, {"detect", "word", "character"}, "what the texts are cut into; detect: as the data have it")
      .add("normalization", o.normalization, {"nfc", "nfkc"}, "Unicode form in which tokens are looked up")
      .add("lower-case", o.lower_case, "look tokens up in lower case")
      .add("segmenter", o.segmenter, "a file", kSegmenterHelp)
      .add("min-count", o.min_count, -1, kMany,
           "tokens seen less often are unknown, unless they have a vector; -1: by the unit")
      .add("max-vocabulary", o.max_vocabulary, 2, 1'000'000'000,
           "size of the vocabulary, the unknown token included, words that only have a vector aside")
      .add("vectors", o.vectors, "a file", "word vectors to start from: word2vec, GloVe or fastText, text or binary")
      .add("freeze-vectors", o.freeze_vectors, "leave them as they are")
      .add("from", o.from, "a model",
           "a tagger to go on with, also with new types: text rule, vocabularies, features and layers are then its "
           "own; or a language model, whose text rule, vocabulary, vectors and recurrent layers it begins with");
  describe_pace(to, o);
  to.add("lexicon", o.lexicon, "TYPE=FILE,...", "files of names to look for, one a line")
      .add("lexicon-count", o.lexicon_count, -1, kMany,
           "look also for names that stand so often in the training texts; 0: for none, -1: for words that stand there "
           "twice, where texts are cut into words");
}

void describe_features(Describer& to, TaggerOptions& o) {
  to.group("Features of a token")
      .add("embedding", o.embedding, 1, kWidest, "size of its vector")
      .add("shape-size", o.shape_size, -1, kWidest, "size of its shape's vector (Xx, 00); 0: none, -1: by the unit")
      .add("affixes", o.affixes, 1, 4, "longest beginning and end of a word that have vectors; 1: none")
      .add("affix-size", o.affix_size, 1, kWidest, "size of such a vector")
      .add("ngrams", o.ngrams, -1, 3, "longest run of tokens around it that has a vector; 1: none, -1: by the unit")
      .add("ngram-size", o.ngram_size, 1, kWidest, "size of such a vector")
      .add("ngram-buckets", o.ngram_buckets, 1, 1 << 30, "vectors that all runs share by their hash")
      .add("segment-size", o.segment_size, -1, kWidest,
           "size of the vector of the word that it is in, of the segmenter or of the Unicode library's dictionary; 0: "
           "none, -1: by the unit")
      .add("lexicon-size", o.lexicon_size, 1, kWidest, "size of the vectors of names that are found around it")
      .add("characters", o.characters, {"detect", "none", "convolution", "lstm"},
           "what reads its characters; detect: by the unit")
      .add("character-size", o.character_size, 1, kWidest, "size of a character's vector")
      .add("character-hidden", o.character_hidden, 1, kWidest, "size of the state or filters over characters")
      .add_number(
          "word-dropout", o.word_dropout, "-1 or a number in [0, 1)",
          [](double share) { return share == -1 || (share >= 0 && share < 1); },
          "share of such vectors dropped whole in training; -1: by the unit");
}

void describe_training(Describer& to, TaggerOptions& o) {
  to.group("Training")
      .add("balance", o.balance, "when trained, favour being in no span less or more, as it makes the dev F1 best");
  describe_fit(to, o, "f1", "what makes an epoch the best: the lowest dev loss or the highest F1");
}

}  // namespace

std::vector<Option> describe(TaggedInput& options) {
  Describer describer;
  describe_tagged_input(describer, options);
  return describer.take();
}

std::vector<Option> describe(TaggingOptions& options) {
  Describer describer;
  describer.group("Tagging")
      .add("dictionary", options.dictionary, "TYPE=FILE,...",
           "names that are favoured, a file for each type; of words: FILE")
      .add("dictionary-mode", options.dictionary_mode, {"prefer", "force"},
           "favour them where the model is not sure of something else, or find them wherever they stand")
      .add("min-score", options.min_score, 0, 1, "leave spans of a lower score out")
      .add("target-precision", options.target_precision, {"none", "0.6", "0.7", "0.8", "0.9", "0.95", "0.99"},
           "leave spans out, by type, as it took on the dev texts to be so precise")
      .add("target-recall", options.target_recall, {"none", "0.8", "0.9", "0.95", "0.99"},
           "give less probable spans too, which may overlap, by type, as it took on the dev texts to find so many of "
           "the "
           "right ones")
      .add("readings", options.readings, 0, 100,
           "also the N likeliest sets of spans of each text, the best first, each with its probability");
  return describer.take();
}

std::vector<Option> describe(TagEvaluationOptions& options) {
  Describer describer;
  describer.group("Evaluation")
      .add("labels", options.labels, "a file", "the label of each whole text, one a line")
      .add("train", options.train, "a file", "training data: names that stand there are counted apart from others")
      .add("worst", options.worst, 0, 1'000'000, "how many of the gravest errors are listed");
  describe_tagged_input(describer, options.input);
  return describer.take();
}

std::vector<Option> describe(TaggerExportOptions& options) {
  Describer describer;
  describer.group("Export")
      .add("precision", options.precision, {"float32", "bf16", "int8"}, "numbers that the weights are rounded to")
      .add("dev", options.dev, "a file", "texts with marked spans to score the model on before and after");
  describe_tagged_input(describer, options.input);
  return describer.take();
}

std::vector<Option> describe(TaggerOptions& options) {
  Describer describer;
  describe_training(describer, options);
  describe_tag_network(describer, options);
  describe_features(describer, options);
  describe_text(describer, options);
  describe_tagged_input(describer, options.input);
  describer.add("labels", options.labels, "a file", "the label of each whole text, such as an intent, one a line")
      .add("dev-labels", options.dev_labels, "a file", "the same for the dev texts");
  return describer.take();
}

}  // namespace recura
