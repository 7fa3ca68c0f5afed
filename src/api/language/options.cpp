#include <recura/language_model.h>

#include "api/training.h"
#include "task/language/model.h"

namespace recura {
namespace {

void describe_network(Describer& to, LanguageOptions& o) {
  to.group("Network")
      .add("cell", o.cell, {"rnn", "lstm", "gru", "sru"}, "the recurrent cell")
      .add("activation", o.activation, {"sigmoid", "tanh", "relu"}, "of the simple cell rnn; the others have their own")
      .add("embedding", o.embedding, 1, kWidest, "size of a word's vector")
      .add("hidden", o.hidden, 1, kWidest, "size of the state, in each direction")
      .add("layers", o.layers, 1, 64, "recurrent layers; of both directions only one")
      .add("bidirectional", o.bidirectional,
           "also guess each word from those behind it, for models of both directions that begin with this one")
      .add("head", o.head, 1, kMany, "the most frequent words, which are told apart first (adaptive softmax)")
      .add("dropout", o.dropout, 0, 1, "share of values dropped before and behind each layer in training")
      .add("recurrent-dropout", o.recurrent_dropout, 0, 1, kRecurrentDropoutHelp)
      .add("word-dropout", o.word_dropout, 0, 1, "share of words dropped in training")
      .add("init", o.init, {"keras", "pytorch"}, "whose rule the recurrent weights start by; sru has its own");
}

void describe_text(Describer& to, LanguageOptions& o) {
  to.group("Text")
      .add("unit", o.unit, {"word", "character", "subword"},
           "what a text is cut into; Chinese and Japanese words fall into characters; subword: pieces of words, which "
           "are trained on the texts")
      .add("subwords", o.subwords, 2, 1'000'000, "size of the vocabulary of subwords, the unknown piece included")
      .add("normalization", o.normalization, {"nfc", "nfkc"}, "Unicode form in which words are looked up")
      .add("lower-case", o.lower_case, "look words up in lower case")
      .add("dictionary", o.dictionary, "cut Chinese and Japanese into words by the Unicode library's dictionary")
      .add("segmenter", o.segmenter, "a file", kSegmenterHelp)
      .add("drop-html", o.drop_html, "leave tags such as <br /> out")
      .add("min-count", o.min_count, 1, kMany, "words seen less often are unknown")
      .add("max-vocabulary", o.max_vocabulary, 2, 1'000'000'000, "size of the vocabulary, the unknown word included")
      .add("vectors", o.vectors, "a file",
           "word vectors that the vocabulary's words start from: word2vec, GloVe or fastText, text or binary")
      .add("max-length", o.max_length, 1, kLongestPiece,
           "tokens that are read at once; longer texts fall into pieces that know nothing of each other");
}

}  // namespace

std::vector<Option> describe(LanguageOptions& options) {
  Describer describer;
  describe_fit(describer, options, "probability",
               "what makes an epoch the best: the lowest dev loss, or the highest mean probability of a word");
  describe_network(describer, options);
  describe_text(describer, options);
  std::vector<Option> described = describer.take(), input = describe_unlabelled(options.input);
  described.insert(described.end(), input.begin(), input.end());
  return described;
}

}  // namespace recura
