#pragma once

#include <recura/options.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace recura {

/// How vectors of words are learned from raw text.
struct VectorsOptions {
  InputOptions input = {};
  TrainOptions::Unit unit = TrainOptions::Unit::word;
  TrainOptions::Normalization normalization = TrainOptions::Normalization::nfkc;
  bool lower_case = true;
  bool dictionary = false;
  /// A model of `Tagger` that cuts texts into words, in the dictionary's place.
  std::string segmenter = {};
  bool drop_html = true;
  std::int64_t min_count = 5;
  std::int64_t max_vocabulary = 200'000;

  std::int64_t dimensions = 100;
  std::int64_t window = 5;
  std::int64_t negatives = 5;
  std::int64_t epochs = 5;
  double learning_rate = 0.05;
  double sample = 1e-4;
  std::int64_t buckets = 0;
  std::int64_t seed = 1;
};

/// What vectors are learned from.
struct VectorsData {
  std::int64_t texts = 0, bad_rows = 0;
  /// Five of them, as "texts.jsonl: line 7: what was expected".
  std::vector<std::string> problems;
  /// Tokens of all texts; of these the words that get vectors, and how often they stand there.
  std::int64_t tokens = 0, words = 0, kept = 0;
  /// Learning was stopped early, and nothing written.
  bool interrupted = false;
};

struct VectorsProgress {
  int epoch = 0, epochs = 0;
  std::int64_t tokens_done = 0, tokens = 0;  // of all epochs
};

struct VectorsCallbacks {
  std::function<void(const VectorsData&)> data = {};
  std::function<void(const VectorsProgress&)> progress = {};
  /// Asked now and then; true ends it all, and nothing is written.
  std::function<bool()> should_stop = {};
};

std::vector<Option> describe(VectorsOptions& options);

/// Learns vectors of words from raw texts (skip-gram with negative sampling) and writes them to `out` in word2vec's
/// text form, which `--vectors` reads. Files are read as `Classifier::extract` reads them; "-" is standard input.
/// Memory: four bytes a token of the texts, eight a number of the vectors. One thread: one seed gives one result.
/// @throws ArgumentError, DataError, SystemError, DivergenceError  `out` is then as before.
VectorsData learn_vectors(const std::vector<std::string>& files, const std::string& out, const VectorsOptions& options,
                          const VectorsCallbacks& callbacks = {});

}  // namespace recura
