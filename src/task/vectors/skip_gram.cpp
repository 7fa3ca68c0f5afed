#include "task/vectors/skip_gram.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/floating_state.h"
#include "base/random.h"
#include "kernel/skip_gram.h"
#include "tensor/tensor.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// Words by chance, each as likely as its frequency to the power of 3/4.
class NegativeWords {
 public:
  explicit NegativeWords(const std::vector<std::int64_t>& counts) {
    double sum = 0;
    for (const std::int64_t count : counts) sum += std::pow(static_cast<double>(count), 0.75);
    double so_far = 0;
    for (std::size_t word = 0; word < counts.size(); ++word) {
      so_far += std::pow(static_cast<double>(counts[word]), 0.75);
      const auto end = static_cast<std::size_t>(std::llround(so_far / sum * kPlaces));
      places_.resize(std::max(places_.size(), std::min(end, kPlaces)), static_cast<std::int32_t>(word));
    }
  }

  std::int32_t draw(Rng& rng) const { return places_[rng.next() % places_.size()]; }

 private:
  static constexpr std::size_t kPlaces = std::size_t{1} << 20;
  std::vector<std::int32_t> places_;
};

/// Rows of the input table of each word: its own, and those of its parts behind the words'.
std::vector<std::vector<std::int32_t>> rows_of(const std::vector<std::string>& words, Index buckets) {
  constexpr std::size_t kShortest = 3, kLongest = 6;
  std::vector<std::vector<std::int32_t>> rows;
  for (const std::string& word : words) {
    rows.push_back({static_cast<std::int32_t>(rows.size())});
    if (buckets == 0) continue;
    const std::string marked = "<" + word + ">";
    std::vector<std::size_t> begins;
    for (std::size_t at = 0; at < marked.size(); at += utf8_length(std::string_view(marked).substr(at)))
      begins.push_back(at);
    begins.push_back(marked.size());
    for (std::size_t first = 0; first + 1 < begins.size(); ++first) {
      for (std::size_t n = kShortest; n <= kLongest && first + n < begins.size(); ++n) {
        std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
        for (std::size_t at = begins[first]; at < begins[first + n]; ++at)
          hash = (hash ^ static_cast<unsigned char>(marked[at])) * 0x100000001B3;
        const auto bucket = static_cast<std::int64_t>((hash ^ hash >> 32) % static_cast<std::uint64_t>(buckets));
        rows.back().push_back(static_cast<std::int32_t>(std::ssize(words) + bucket));
      }
    }
  }
  return rows;
}

class SkipGram {
 public:
  SkipGram(const Corpus& corpus, const SkipGramOptions& options)
      : corpus_(corpus),
        options_(options),
        rows_(rows_of(corpus.words(), options.buckets)),
        negatives_(corpus.counts()),
        input_({std::ssize(corpus.words()) + options.buckets, options.dimensions}),
        output_({std::ssize(corpus.words()), options.dimensions}),
        x_(static_cast<std::size_t>(options.dimensions)),
        dx_(x_.size()),
        rng_(Rng(options.seed).stream("skip-gram")) {
    Rng start = Rng(options.seed).stream("vectors");
    const double limit = 0.5 / static_cast<double>(options.dimensions);
    for (real& value : input_.values()) value = static_cast<real>(start.uniform(-limit, limit));
    const auto all = static_cast<double>(corpus.tokens().size());
    for (const std::int64_t count : corpus.counts()) {
      const double rate = options.sample * all / static_cast<double>(count);
      read_.push_back(options.sample == 0 ? 1 : std::min(1.0, std::sqrt(rate) + rate));
    }
  }

  void learn(std::size_t text, double rate) {
    sentence_.clear();
    for (std::size_t at = text == 0 ? 0 : corpus_.ends()[text - 1]; at < corpus_.ends()[text]; ++at) {
      const std::int32_t word = corpus_.tokens()[at];
      if (rng_.uniform() < read_[static_cast<std::size_t>(word)]) sentence_.push_back(word);
    }
    const auto length = std::ssize(sentence_);
    for (Index at = 0; at < length; ++at) {
      const auto reach = 1 + static_cast<Index>(rng_.next() % static_cast<std::uint64_t>(options_.window));
      const std::int32_t word = sentence_[static_cast<std::size_t>(at)];
      gather(word);
      draw_negatives();
      for (Index near = std::max<Index>(0, at - reach); near <= std::min(length - 1, at + reach); ++near)
        if (near != at) learn_pair(sentence_[static_cast<std::size_t>(near)], rate);
      scatter(word);
    }
  }

  WordVectors vectors() {
    WordVectors result;
    result.words = corpus_.words();
    result.dimensions = options_.dimensions;
    for (std::size_t word = 0; word < result.words.size(); ++word) {
      gather(static_cast<std::int32_t>(word));
      result.values.insert(result.values.end(), x_.begin(), x_.end());
    }
    return result;
  }

 private:
  std::span<real> row(Tensor& table, std::int32_t number) const {
    return {table.row(number), static_cast<std::size_t>(options_.dimensions)};
  }

  void gather(std::int32_t word) {
    const auto& rows = rows_[static_cast<std::size_t>(word)];
    std::ranges::fill(x_, real{0});
    std::ranges::fill(dx_, real{0});
    for (const std::int32_t number : rows) {
      const auto values = row(input_, number);
      for (std::size_t j = 0; j < x_.size(); ++j) x_[j] += values[j];
    }
    for (real& value : x_) value /= static_cast<real>(rows.size());
  }

  void scatter(std::int32_t word) {
    for (const std::int32_t number : rows_[static_cast<std::size_t>(word)]) {
      const auto values = row(input_, number);
      for (std::size_t j = 0; j < x_.size(); ++j) values[j] += dx_[j];
    }
  }

  /// The same for all neighbours of a word (Ji et al. 2016): rows that are far in memory are fetched once.
  void draw_negatives() {
    drawn_.clear();
    for (Index i = 0; i < options_.negatives; ++i) {
      real* const row = output_.row(negatives_.draw(rng_));
      if (std::ranges::find(drawn_, row) == drawn_.end()) drawn_.push_back(row);
    }
  }

  void learn_pair(std::int32_t neighbour, double rate) {
    rows_of_pair_.assign(1, output_.row(neighbour));
    for (real* const row : drawn_)
      if (row != rows_of_pair_.front()) rows_of_pair_.push_back(row);
    kernel::skip_gram_step(x_, {rows_of_pair_.data(), std::ssize(rows_of_pair_)}, static_cast<real>(rate), dx_);
  }

  const Corpus& corpus_;
  SkipGramOptions options_;
  std::vector<std::vector<std::int32_t>> rows_;
  NegativeWords negatives_;
  std::vector<double> read_;  // with which probability
  Tensor input_, output_;
  std::vector<real> x_, dx_;
  std::vector<real*> drawn_, rows_of_pair_;
  std::vector<std::int32_t> sentence_;
  Rng rng_;
};

}  // namespace

std::optional<WordVectors> train_skip_gram(const Corpus& corpus, const SkipGramOptions& options,
                                           const std::function<bool(const SkipGramProgress&)>& progress) {
  if (corpus.words().size() < 2)
    throw ArgumentError("skip-gram: needs two words at least, got {}", corpus.words().size());
  const FloatingState state;
  SkipGram model(corpus, options);
  constexpr std::int64_t kTold = 1 << 16;  // tokens
  const auto tokens = static_cast<std::int64_t>(corpus.tokens().size()) * options.epochs;
  std::int64_t done = 0, told = 0;
  for (Index epoch = 1; epoch <= options.epochs; ++epoch) {
    for (std::size_t text = 0; text < corpus.ends().size(); ++text) {
      const double left = 1 - static_cast<double>(done) / static_cast<double>(tokens);
      model.learn(text, options.learning_rate * std::max(left, 1e-4));
      done += static_cast<std::int64_t>(corpus.ends()[text] - (text == 0 ? 0 : corpus.ends()[text - 1]));
      if (done - told < kTold && done < tokens) continue;
      told = done;
      if (progress && !progress({epoch, done, tokens})) return std::nullopt;
    }
  }
  WordVectors vectors = model.vectors();
  if (!std::ranges::all_of(vectors.values, [](real value) { return std::isfinite(value); }))
    throw DivergenceError("the vectors are not finite: the learning rate {} is too large", options.learning_rate);
  return vectors;
}

}  // namespace recura
