#include <recura/summarizer_options.h>

#include "api/tag/network.h"
#include "api/training.h"

namespace recura {
namespace {

/// The parts of a text that a row may give, and say of each whether it is kept.
enum class Given { sentences, tokens };

void describe_summary_input(Describer& to, SummaryInput& o, Given given = Given::sentences) {
  to.group("Input")
      .add("format", o.format, "jsonl, csv or tsv", "form of the files; without it, it is detected")
      .add("text-field", o.text_field, "a name",
           "field or column of the text; of title,body both, joined by a line feed")
      .add("summary-field", o.summary_field, "a name", "field or column of the summary; jsonl: or of several");
  if (given == Given::sentences) {
    to.add("sentences-field", o.sentences_field, "a name", "jsonl: field of the text's sentences, which rows may have");
  } else {
    to.add("tokens-field", o.tokens_field, "a name", "jsonl: field of the text's words and marks, which rows may have");
  }
  to.add("keep-field", o.keep_field, "a name",
         "jsonl: field of a 0 or 1 for each of them, whether it belongs to the summary, which rows may have")
      .add("on-error", o.on_error, {"fail", "skip"}, "at a bad row: stop, or leave it out and report it")
      .add("bad-utf8", o.bad_utf8, {"refuse", "replace"},
           "bytes that are no UTF-8: a bad row, or U+FFFD in their place");
}

/// Between -1 and 0 lies nothing that a share could be.
bool is_share(double share) { return share == -1 || (share >= 0 && share <= 1); }

/// `otherwise`: how long a summary is without any limit.
void describe_length(Describer& to, SummaryLength& o, const std::string& otherwise) {
  const std::string none = "; -1: no such limit, and without any limit " + otherwise;
  const std::string share = "most sentences, as a share of the text's, one at least unless it is 0" + none;
  to.group("Summary")
      .add("sentences", o.sentences, -1, kMany, ("most sentences" + none).c_str())
      .add("words", o.words, -1, kMany, ("most words, punctuation being none" + none).c_str())
      .add("characters", o.characters, -1, kMany, ("most characters, as code points" + none).c_str())
      .add_number("share", o.share, "-1 or a number in [0, 1]", is_share, share.c_str())
      .add("no-repeat", o.no_repeat, 0, 1'000,
           "leave sentences out that have so many words in a row in common with a better one; 0: none");
}

/// The same of a compressor.
void describe_kept_length(Describer& to, SummaryLength& o, const std::string& otherwise) {
  const std::string none = "; -1: no such limit, and without any limit " + otherwise;
  const std::string share = "most words and marks, as a share of the text's, one at least unless it is 0" + none;
  to.group("Summary")
      .add("words", o.words, -1, kMany, ("most words, punctuation being none" + none).c_str())
      .add("characters", o.characters, -1, kMany, ("most characters, as code points" + none).c_str())
      .add_number("share", o.share, "-1 or a number in [0, 1]", is_share, share.c_str())
      .add("fluency-weight", o.fluency_weight, 0, kNoLimit,
           "with --fluency how much its ln p of a summary counts beside the compressor's; 0: it only measures");
}

void describe_text(Describer& to, SummarizerOptions& o) {
  to.group("Text")
      .add("cut", o.cut, {"sentence", "clause"},
           "what is chosen from; clauses end at commas too: for summaries that are shorter than a sentence")
      .add("unit", o.unit, {"word", "character"},
           "what a sentence is cut into; Chinese and Japanese words fall into characters")
      .add("normalization", o.normalization, {"nfc", "nfkc"}, "Unicode form in which tokens are looked up")
      .add("lower-case", o.lower_case, "look tokens up in lower case")
      .add("dictionary", o.dictionary, "cut Chinese and Japanese into words by the Unicode library's dictionary")
      .add("segmenter", o.segmenter, "a file", kSegmenterHelp)
      .add("min-count", o.min_count, 1, kMany, "tokens seen less often are unknown")
      .add("max-vocabulary", o.max_vocabulary, 2, 1'000'000'000,
           "size of the vocabulary, the unknown token included, tokens that only a model to begin with knows aside")
      .add("max-length", o.max_length, 0, kMany, "tokens read of a sentence; 0: all")
      .add("from", o.from, "a model",
           "a language model of both directions, whose text rule, vocabulary, vectors and recurrent layer it begins "
           "with");
  describe_pace(to, o);
}

void describe_network(Describer& to, SummarizerOptions& o) {
  to.group("Network")
      .add("cell", o.cell, {"rnn", "lstm", "gru", "sru"}, "the recurrent cell")
      .add("activation", o.activation, {"sigmoid", "tanh", "relu"}, "of the simple cell rnn; the others have their own")
      .add("embedding", o.embedding, 1, kWidest, "size of a token's vector")
      .add("hidden", o.hidden, 1, kWidest, "size of the state, in each direction, of what reads a sentence's words")
      .add("document-hidden", o.document_hidden, 1, kWidest, "the same of what reads a text's sentences")
      .add("dropout", o.dropout, 0, 1, "share of values dropped behind both in training")
      .add("word-dropout", o.word_dropout, 0, 1, "share of words dropped in training")
      .add("init", o.init, {"keras", "pytorch"}, "whose rule the recurrent weights start by; sru has its own");
}

void describe_writing(Describer& to, WritingOptions& o) {
  to.group("Writing")
      .add("beam", o.beam, 1, 1'000, "beginnings of a summary that are followed at once")
      .add("length-penalty", o.length_penalty, 0, kNoLimit,
           "0: the likeliest summary, which is often the shortest; the higher, the longer")
      .add("no-repeat", o.no_repeat, 0, 1'000,
           "no such number of words (or subwords) in a row stands twice; 0: they may")
      .add("min-words", o.min_words, 0, 1'000, "least words and marks of a summary, or subwords")
      .add("max-words", o.max_words, 0, 1'000,
           "most words and marks of a summary, or subwords; 0: as many as the longest one in training had");
}

void describe_written(Describer& to, WritingOptions& o) {
  to.group("Writing")
      .add("best", o.best, 1, 1'000, "summaries to give of each text, the best first, no more than the beam")
      .add("attention", o.attention, 0, 1'000,
           "tell of each word where it was copied from, and so many words of the text that it attended to most");
}

void describe_text(Describer& to, WriterOptions& o) {
  to.group("Text")
      .add("unit", o.unit, {"word", "character", "subword"},
           "what a text is cut into; Chinese and Japanese words fall into characters; subword: pieces of words, which "
           "are trained on the texts and summaries")
      .add("subwords", o.subwords, 2, 1'000'000, "size of the vocabulary of subwords, the unknown piece included")
      .add("normalization", o.normalization, {"nfc", "nfkc"}, "Unicode form in which words are looked up")
      .add("lower-case", o.lower_case,
           "read and write in lower case, for texts in capitals; what is copied keeps its case")
      .add("dictionary", o.dictionary, "cut Chinese and Japanese into words by the Unicode library's dictionary")
      .add("segmenter", o.segmenter, "a file", kSegmenterHelp)
      .add("min-count", o.min_count, 1, kMany, "words seen less often are unknown, and can only be copied")
      .add("max-vocabulary", o.max_vocabulary, 2, 1'000'000'000,
           "words that are read, the unknown one included, those that only a model to begin with knows aside")
      .add("max-outputs", o.max_outputs, 1, 1'000'000'000,
           "words that are written, the most frequent ones of the summaries; others are copied")
      .add("max-length", o.max_length, 1, kMany, "words (or subwords) read of a text, from its beginning")
      .add("max-summary", o.max_summary, 1, 1'000, "words (or subwords) learnt of a summary")
      .add("from", o.from, "a model",
           "a language model of both directions, whose text rule, vocabulary, vectors and recurrent layer it begins "
           "with; what writes begins with that of the forward direction");
  describe_pace(to, o);
}

void describe_network(Describer& to, WriterOptions& o) {
  to.group("Network")
      .add("cell", o.cell, {"rnn", "lstm", "gru", "sru"}, "the recurrent cell")
      .add("activation", o.activation, {"sigmoid", "tanh", "relu"}, "of the simple cell rnn; the others have their own")
      .add("embedding", o.embedding, 1, kWidest, "size of a word's vector")
      .add("hidden", o.hidden, 1, kWidest, "size of the state, in each direction, of what reads the text")
      .add("decoder-hidden", o.decoder_hidden, 1, kWidest, "size of the state of what writes the summary")
      .add("attention", o.attention, 1, kWidest, "units of the attention between them")
      .add("dropout", o.dropout, 0, 1, "share of values dropped before and behind both in training")
      .add("word-dropout", o.word_dropout, 0, 1, "share of words dropped in training")
      .add("label-smoothing", o.label_smoothing, 0, 1, "share of a written word's target that all words get alike")
      .add("coverage", o.coverage, 0, kNoLimit, "weight of the loss of attending to the same words again; 0: none")
      .add("scheduled-sampling", o.scheduled_sampling, 0, Including{1},
           "share of the words before that are the network's own in the last epoch, growing from none in the first; 0: "
           "all are the reference's")
      .add("init", o.init, {"keras", "pytorch"}, "whose rule the recurrent weights start by; sru has its own");
}

void describe_text(Describer& to, CompressorOptions& o) {
  to.group("Text")
      .add("normalization", o.normalization, {"nfc", "nfkc"}, "Unicode form in which words are looked up")
      .add("lower-case", o.lower_case, "look words up in lower case")
      .add("dictionary", o.dictionary, "cut Chinese and Japanese into words by the Unicode library's dictionary")
      .add("segmenter", o.segmenter, "a file", kSegmenterHelp)
      .add("min-count", o.min_count, 1, kMany, "words seen less often are unknown, unless they have a vector")
      .add("max-vocabulary", o.max_vocabulary, 2, 1'000'000'000,
           "size of the vocabulary, the unknown word included, words that only have a vector aside")
      .add("vectors", o.vectors, "a file", "word vectors to start from: word2vec, GloVe or fastText, text or binary")
      .add("freeze-vectors", o.freeze_vectors, "leave them as they are")
      .add("from", o.from, "a model",
           "a language model of words, whose text rule, vocabulary, vectors and recurrent layers it begins with");
  describe_pace(to, o);
}

void describe_features(Describer& to, CompressorOptions& o) {
  to.group("Features of a word")
      .add("embedding", o.embedding, 1, kWidest, "size of its vector")
      .add("shape-size", o.shape_size, 0, kWidest, "size of its shape's vector (Xx, 00); 0: none")
      .add("characters", o.characters, {"none", "convolution", "lstm"}, "what reads its characters")
      .add("character-size", o.character_size, 1, kWidest, "size of a character's vector")
      .add("character-hidden", o.character_hidden, 1, kWidest, "size of the state or filters over characters")
      .add("word-dropout", o.word_dropout, 0, 1, "share of words' vectors dropped whole in training");
}

void describe_training(Describer& to, SummarizerOptions& o) {
  describe_fit(to, o, "f1", "what makes an epoch the best: the lowest dev loss or the highest F1");
}

}  // namespace

std::vector<Option> describe(SummaryInput& options) {
  Describer describer;
  describe_summary_input(describer, options);
  return describer.take();
}

std::vector<Option> describe(SummaryLength& options) {
  Describer describer;
  describe_length(describer, options, "the share of sentences of the training summaries");
  describer.add("keyphrases", options.keyphrases, 0, 1'000, "also so many phrases of the text that matter most");
  return describer.take();
}

std::vector<Option> describe_for_compressor(SummaryLength& options) {
  Describer describer;
  describe_kept_length(describer, options, "what the model likes best");
  return describer.take();
}

std::vector<Option> describe(WritingOptions& options) {
  Describer describer;
  describe_writing(describer, options);
  describe_written(describer, options);
  return describer.take();
}

std::vector<Option> describe_for_writer(SummaryEvaluationOptions& options) {
  Describer describer;
  describer.group("Evaluation").add("stem", options.stem, "ROUGE counts English words by their stems");
  describe_writing(describer, options.length.writing);
  describe_summary_input(describer, options.input);
  return describer.take();
}

std::vector<Option> describe(CompressorOptions& options) {
  Describer describer;
  describer.group("Training")
      .add("balance", options.balance, "when trained, keep more words or fewer, as it makes the dev F1 best");
  describe_fit(describer, options, "f1", "what makes an epoch the best: the lowest dev loss or the highest F1");
  describe_tag_network(describer, options);
  describe_features(describer, options);
  describe_text(describer, options);
  describe_summary_input(describer, options.input, Given::tokens);
  return describer.take();
}

std::vector<Option> describe(WriterOptions& options) {
  Describer describer;
  describe_fit(describer, options, "rouge", "what makes an epoch the best: the lowest dev loss or the highest ROUGE");
  describe_network(describer, options);
  describe_text(describer, options);
  describe_summary_input(describer, options.input);
  return describer.take();
}

std::vector<Option> describe(SummaryEvaluationOptions& options) {
  Describer describer;
  describer.group("Evaluation").add("stem", options.stem, "ROUGE counts English words by their stems");
  describe_length(describer, options.length, "as many sentences as the reference has");
  describe_summary_input(describer, options.input);
  return describer.take();
}

std::vector<Option> describe_for_compressor(SummaryEvaluationOptions& options) {
  Describer describer;
  describer.group("Evaluation").add("stem", options.stem, "ROUGE counts English words by their stems");
  describe_kept_length(describer, options.length, "as many words and marks as the reference keeps");
  describe_summary_input(describer, options.input, Given::tokens);
  return describer.take();
}

namespace {

std::vector<Option> describe_export(SummarizerExportOptions& options, Given given) {
  Describer describer;
  describer.group("Export")
      .add("precision", options.precision, {"float32", "bf16", "int8"}, "numbers that the weights are rounded to")
      .add("dev", options.dev, "a file", "texts with summaries to score the model on before and after");
  describe_summary_input(describer, options.input, given);
  return describer.take();
}

}  // namespace

std::vector<Option> describe(SummarizerExportOptions& options) { return describe_export(options, Given::sentences); }

std::vector<Option> describe_for_compressor(SummarizerExportOptions& options) {
  return describe_export(options, Given::tokens);
}

std::vector<Option> describe(SummarizerOptions& options) {
  Describer describer;
  describe_training(describer, options);
  describe_network(describer, options);
  describe_text(describer, options);
  describe_summary_input(describer, options.input);
  return describer.take();
}

}  // namespace recura
