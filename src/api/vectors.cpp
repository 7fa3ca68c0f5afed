#include <recura/vectors.h>

#include "api/describer.h"
#include "api/input.h"
#include "api/training.h"
#include "base/error.h"
#include "base/file.h"
#include "data/text_rows.h"
#include "kernel/level.h"
#include "task/vectors/skip_gram.h"

namespace recura {
namespace {

bool is_stopped(const VectorsCallbacks& callbacks) { return callbacks.should_stop && callbacks.should_stop(); }

void read(const std::string& path, const InputOptions& input, const VectorsCallbacks& callbacks, Corpus& corpus,
          VectorsData& data, std::vector<RowProblem>& problems) {
  TextRowReader reader(path, read_options(input));
  for (TextRow row; !is_stopped(callbacks) && reader.next(row);) {
    if (row.error.empty()) {
      corpus.add(row.text);
      ++data.texts;
      continue;
    }
    const RowProblem problem{row.line, row.error, shown(path)};
    if (input.on_error == InputOptions::OnError::fail) throw DataError("{}", to_string(problem));
    ++data.bad_rows;
    add_problem(problems, problem);
  }
}

/// @throws DataError  if there is nothing to learn from.
void check(const VectorsData& data, const VectorsOptions& options) {
  if (data.texts == 0 && data.bad_rows > 0) throw DataError("no good row: {}", data.problems.front());
  if (data.texts == 0) throw DataError("the files have no rows");
  if (data.words < 2)
    throw DataError("{} texts of {} tokens: fewer than two words stand there --min-count {} times", data.texts,
                    data.tokens, options.min_count);
}

SkipGramOptions skip_gram_of(const VectorsOptions& o) {
  return {.dimensions = o.dimensions,
          .window = o.window,
          .negatives = o.negatives,
          .epochs = o.epochs,
          .learning_rate = o.learning_rate,
          .sample = o.sample,
          .buckets = o.buckets,
          .seed = static_cast<std::uint64_t>(o.seed)};
}

}  // namespace

std::vector<Option> describe(VectorsOptions& o) {
  Describer describer;
  describer.group("Vectors")
      .add("dimensions", o.dimensions, 1, kWidest, "numbers of a vector")
      .add("window", o.window, 1, 1000, "neighbours that a word is learned from, on each side")
      .add("negatives", o.negatives, 1, 1000, "words drawn by chance against the neighbours of each word")
      .add("epochs", o.epochs, 1, 1'000'000, "times to go through the texts")
      .add("learning-rate", o.learning_rate, 1e-12, kNoLimit, "size of the first step; it falls to zero")
      .add("sample", o.sample, 0, 1, "words more frequent than this share of all are left out now and then; 0: never")
      .add("buckets", o.buckets, 0, 1 << 30,
           "vectors that the parts of words, of 3 to 6 characters, share by their hash: rare words learn from their "
           "parts; 0: no parts")
      .add("seed", o.seed, 0, kMany, "of all random numbers; the same seed gives the same vectors")
      .group("Text")
      .add("unit", o.unit, {"word", "character"}, "what has a vector; Chinese and Japanese words fall into characters")
      .add("normalization", o.normalization, {"nfc", "nfkc"}, "Unicode form of the words")
      .add("lower-case", o.lower_case, "words in lower case")
      .add("dictionary", o.dictionary, "cut Chinese and Japanese into words by the Unicode library's dictionary")
      .add("segmenter", o.segmenter, "a file", kSegmenterHelp)
      .add("drop-html", o.drop_html, "leave tags such as <br /> out")
      .add("min-count", o.min_count, 1, kMany, "words seen less often are left out")
      .add("max-vocabulary", o.max_vocabulary, 2, 1'000'000'000, "words that have vectors, the most frequent ones");
  std::vector<Option> options = describer.take(), input = describe(o.input);
  std::erase_if(input, [](const Option& option) { return option.name == "label-field"; });
  options.insert(options.end(), input.begin(), input.end());
  return options;
}

VectorsData learn_vectors(const std::vector<std::string>& files, const std::string& out, const VectorsOptions& options,
                          const VectorsCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();  // a wrong RECURA_ISA is told before the texts are read
  refuse_compressed(out);
  check_writable(out);
  Corpus corpus(rule_of(options));
  VectorsData data;
  std::vector<RowProblem> problems;
  for (const std::string& file : files) read(file, options.input, callbacks, corpus, data, problems);
  data.problems = lines_of(problems);
  data.interrupted = is_stopped(callbacks);
  if (data.interrupted) return data;
  data.tokens = std::ssize(corpus.tokens());
  corpus.keep_words(options.min_count, options.max_vocabulary);
  data.words = std::ssize(corpus.words());
  data.kept = std::ssize(corpus.tokens());
  if (callbacks.data) callbacks.data(data);
  check(data, options);
  const auto go_on = [&](const SkipGramProgress& p) {
    if (callbacks.progress)
      callbacks.progress({static_cast<int>(p.epoch), static_cast<int>(options.epochs), p.tokens_done, p.tokens});
    return !is_stopped(callbacks);
  };
  const std::optional<WordVectors> vectors = train_skip_gram(corpus, skip_gram_of(options), go_on);
  data.interrupted = !vectors;
  if (vectors) write_vectors(*vectors, out);
  return data;
}

}  // namespace recura
