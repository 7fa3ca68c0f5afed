#include <recura/options.h>

#include "api/training.h"

namespace recura {
namespace {

void describe_text(Describer& to, TrainOptions& o) {
  to.group("Text")
      .add("unit", o.unit, {"word", "character", "subword"},
           "what a text is cut into; Chinese and Japanese words fall into characters; subword: pieces of words, which "
           "are trained on the texts")
      .add("subwords", o.subwords, 2, 1'000'000, "size of the vocabulary of subwords, the unknown piece included")
      .add("normalization", o.normalization, {"nfc", "nfkc"}, "Unicode form in which tokens are looked up")
      .add("lower-case", o.lower_case, "look tokens up in lower case")
      .add("dictionary", o.dictionary, "cut Chinese and Japanese into words by the Unicode library's dictionary")
      .add("segmenter", o.segmenter, "a file", kSegmenterHelp)
      .add("drop-html", o.drop_html, "leave tags such as <br /> out")
      .add("min-count", o.min_count, 1, kMany, "tokens seen less often are unknown")
      .add("max-vocabulary", o.max_vocabulary, 2, 1'000'000'000,
           "size of the vocabulary, the unknown token included, words that only have a vector aside")
      .add("vectors", o.vectors, "a file", "word vectors to start from: word2vec, GloVe or fastText, text or binary")
      .add("freeze-vectors", o.freeze_vectors, "leave them as they are")
      .add("from", o.from, "a model",
           "a classifier to go on with, also with new labels, or a language model to begin with; text rule, vocabulary "
           "and layers are then its own");
  describe_pace(to, o);
  to.add("max-length", o.max_length, 0, kMany, "tokens read of a text; 0: all")
      .add("keep", o.keep, {"head", "tail", "both", "windows", "stream"},
           "which part of a longer text is read; windows: all of it, in windows that overlap by a quarter, whose "
           "answers are averaged; stream: all of it, by a network of one direction whose state goes on");
}

void describe_network(Describer& to, TrainOptions& o) {
  to.group("Network")
      .add("cell", o.cell, {"rnn", "lstm", "gru", "sru"}, "the recurrent cell")
      .add("activation", o.activation, {"sigmoid", "tanh", "relu"}, "of the simple cell rnn; the others have their own")
      .add("reset-after", o.reset_after, "gru: apply the reset gate after the recurrent product, not before")
      .add("embedding", o.embedding, 1, kWidest, "size of a token's vector")
      .add("hidden", o.hidden, 1, kWidest, "size of a state, in each direction")
      .add("layers", o.layers, 1, 64, "recurrent layers")
      .add("bidirectional", o.bidirectional, "read each text in both directions")
      .add("residual", o.residual, "each recurrent layer from the second on adds to the states of the one before")
      .add("pooling", o.pooling, {"last", "mean", "max", "mean-max", "last-mean-max", "attention"},
           "how the states of a text become one vector")
      .add("dropout", o.dropout, 0, 1,
           "share of values dropped before, between and after the recurrent layers in training")
      .add("locked-dropout", o.locked_dropout,
           "drop the same values at all steps of a text, not at each step by itself")
      .add("recurrent-dropout", o.recurrent_dropout, 0, 1, kRecurrentDropoutHelp)
      .add("word-dropout", o.word_dropout, 0, 1, "share of words and n-grams dropped in training")
      .add("pool-embeddings", o.pool_embeddings, "pool the embeddings beside the states")
      .add("ngrams", o.ngrams, 1, 8, "longest n-gram whose vectors are averaged beside the states; 1: none")
      .add("ngram-buckets", o.ngram_buckets, 1, 1 << 30,
           "vectors that all n-grams share by their hash; fewer for few rows")
      .add("ngram-size", o.ngram_size, 1, kWidest, "size of an n-gram's vector")
      .add("truncate", o.truncate, 0, kMany, "steps that gradients go back through time; 0: all")
      .add("init", o.init, {"keras", "pytorch"}, "whose rule the recurrent weights start by; sru has its own");
}

void describe_labels(Describer& to, TrainOptions& o) {
  to.group("Labels")
      .add("labels-per-text", o.labels_per_text, {"detect", "one", "several"},
           "labels of a text: one, or several, each yes or no; detect: several, if a row holds a list of labels or "
           "more than one")
      .add("class-weights", o.class_weights, "balanced, or label=weight,…",
           "how much labels count in training; balanced: rare ones as much as others; also a JSON object, for names "
           "with commas")
      .add("weight-field", o.weight_field, "a name", "field or column of how much each row counts in training")
      .add("label-smoothing", o.label_smoothing, 0, 1, "share of each target that is spread over all labels")
      .add("adversarial", o.adversarial, 0, 1,
           "share of their norm by which a text's vectors are moved against its label, to train on that too, which "
           "takes two to three times as long; 0: none")
      .add("virtual-adversarial", o.virtual_adversarial, 0, 1,
           "share of their norm by which a text's vectors are moved as changes its answer most, to train on that it "
           "does not, which takes three to five times as long; 0: none")
      .add("unlabelled", o.unlabelled, "a file", "texts for --virtual-adversarial, whose labels, if any, are not read");
}

void describe_training(Describer& to, TrainOptions& o) {
  describe_fit(
      to, o, "accuracy",
      "what makes an epoch the best: the lowest dev loss, which tells chance from skill sooner, or the highest "
      "accuracy (of several labels a text, micro F1)");
  to.group("Training")
      .add("gradient-flow", o.gradient_flow,
           "record after each epoch how far gradients reach back through time, for --log-json and reports");
}

}  // namespace

std::vector<Option> describe(LabellingOptions& options) {
  Describer describer;
  describer.group("Answers")
      .add("abstain", options.abstain, 0, 1, "give no label to a text whose likeliest one is less probable")
      .add("running", options.running,
           "the rows of a file are one text that goes on, each answered with all before it, by a model that reads in "
           "one direction");
  return describer.take();
}

std::vector<Option> describe(LabelEvaluationOptions& options) {
  Describer describer;
  describer.group("Evaluation")
      .add("abstain", options.abstain, 0, 1, "also score the texts alone whose label is as probable as this");
  describe_input(describer, options.input);
  return describer.take();
}

std::vector<Option> describe(TrainOptions& options) {
  Describer describer;
  describe_training(describer, options);
  describe_labels(describer, options);
  describe_network(describer, options);
  describe_text(describer, options);
  describe_input(describer, options.input);
  return describer.take();
}

}  // namespace recura
