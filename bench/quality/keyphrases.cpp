// How much of the summaries of a file keyphrases of its texts cover, by several weights of their words: the table in
// docs/results.md.
//
// usage: recura_bench_keyphrases MODEL DATA.jsonl [FIELD [COUNT]]
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <set>
#include <utility>

#include "base/executor.h"
#include "base/random.h"
#include "data/summary_data.h"
#include "store/model_file.h"
#include "task/precision_recall.h"
#include "task/summarise/rouge/rouge_words.h"
#include "task/summarise/select/phrases/phrases.h"
#include "task/summarise/select/predict.h"
#include "task/summarise/select/train.h"
#include "text/bytes.h"

namespace {

using namespace recura;
using Weights = std::vector<std::vector<double>>;

/// Words and pairs of neighbours, as ROUGE counts them, each once.
struct Grams {
  std::set<std::string> words, pairs;

  void add(std::string_view text) {
    const std::vector<std::string> found = rouge_words(text);
    words.insert(found.begin(), found.end());
    for (std::size_t i = 1; i < found.size(); ++i) pairs.insert(found[i - 1] + " " + found[i]);
  }
};

/// What share of `a` stands in `b`.
double covered(const std::set<std::string>& a, const std::set<std::string>& b) {
  const auto in_b = [&](const std::string& gram) { return b.contains(gram); };
  return ratio(static_cast<double>(std::ranges::count_if(a, in_b)), static_cast<double>(a.size()));
}

struct Sums {
  std::string name;
  double words = 0, pairs = 0, precision = 0, f1 = 0;
};

template <typename Weight>
Weights weights_of(const Document& document, const Weight& weight) {
  Weights weights;
  for (std::size_t i = 0; i < document.ids.size(); ++i) {
    weights.emplace_back();
    for (std::size_t token = 0; token < document.ids[i].size(); ++token) weights[i].push_back(weight(i, token));
  }
  return weights;
}

double sum(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

/// By how much the sum of the probabilities falls if a word is unknown wherever it stands, and its features are 0;
/// shared by its places.
Weights left_out(const SelectNetwork& network, const Document& document, const DocumentWords& words, double all,
                 Executor& executor) {
  std::vector<Document> without(static_cast<std::size_t>(words.forms), document);
  std::vector<double> places(without.size());
  const auto for_each_token = [&](const auto& use) {
    for (std::size_t i = 0; i < words.sentences.size(); ++i) {
      for (const PhraseWord& word : words.sentences[i]) {
        for (std::size_t t = word.first; t < word.first + word.tokens; ++t)
          use(static_cast<std::size_t>(word.form), i, t);
      }
    }
  };
  for_each_token([&](std::size_t form, std::size_t i, std::size_t t) {
    ++places[form];
    without[form].ids[i][t] = Vocabulary::kUnknown;
    std::fill_n(&without[form].token_features[i][t * kTokenFeatures], kTokenFeatures, real{0});
  });
  const auto p = predict(network, without, executor);
  Weights weights = weights_of(document, [](auto, auto) { return 0.0; });
  for_each_token([&](std::size_t form, std::size_t i, std::size_t t) {
    weights[i][t] = std::max(0.0, all - sum(p[form])) / places[form];
  });
  return weights;
}

/// All weights that are compared, with their names.
std::vector<std::pair<std::string, Weights>> compared(const SelectModel& model, const Document& document,
                                                      const DocumentWords& words, Rng& rng, Executor& executor) {
  const std::vector<double> p = predict(*model.network, std::span(&document, 1), executor).front();
  const auto rarity = [&](std::size_t i, std::size_t token) {
    return static_cast<double>(document.token_features[i][token * kTokenFeatures + 2]);
  };
  const auto of = [&](const auto& weight) { return weights_of(document, weight); };
  Weights out = left_out(*model.network, document, words, sum(p), executor);
  return {{"random", of([&](auto, auto) { return rng.uniform(0, 1); })},
          {"1: frequency", of([](auto, auto) { return 1.0; })},
          {"rarity: frequency times how rare a word is", of(rarity)},
          {"left out: the fall of the scores without the word", std::move(out)},
          {"p: the sentence's score", of([&](auto i, auto) { return p[i]; })},
          {"p rarity", of([&](auto i, auto token) { return p[i] * rarity(i, token); })},
          {"1/2 + p", of([&](auto i, auto) { return 0.5 + p[i]; })}};
}

void add(const SummaryRow& row, const std::vector<Phrase>& phrases, Sums& sums) {
  Grams wanted, given;
  for (const std::string& summary : row.summaries) wanted.add(summary);
  for (const Phrase& phrase : phrases) given.add(bytes_of(row.text, phrase.places.front()));
  const double recall = covered(wanted.words, given.words), precision = covered(given.words, wanted.words);
  sums.words += recall;
  sums.pairs += covered(wanted.pairs, given.pairs);
  sums.precision += precision;
  sums.f1 += ratio(2 * recall * precision, recall + precision);
}

int run(int argc, char** argv) {
  const SelectModel model = read_selector(ModelFile::open(argv[1]));
  SummaryReadOptions reading;
  if (argc > 3) reading.summary_field = argv[3];
  const std::size_t count = argc > 4 ? std::stoul(argv[4]) : 10;
  const SummaryData data = read_summaries(argv[2], reading);
  Executor executor(1);
  Rng rng(1);
  std::vector<Sums> sums;
  for (const SummaryRow& row : data.rows) {
    const Document document = make_document(model.encoder, row.text, cut(model.cut, row.text));
    const DocumentWords words = find_words(model.encoder, row.text, document);
    const auto all = compared(model, document, words, rng, executor);
    for (std::size_t k = sums.size(); k < all.size(); ++k) sums.push_back({all[k].first});
    for (std::size_t k = 0; k < all.size(); ++k) add(row, best_phrases(words, all[k].second, count), sums[k]);
  }
  const auto texts = static_cast<double>(data.rows.size());
  fmt::print("{:52} {:>6} {:>6} {:>9} {:>6}\n", "weight of a token", "words", "pairs", "precision", "F1");
  for (const Sums& one : sums) {
    fmt::print("{:52} {:6.3f} {:6.3f} {:9.3f} {:6.3f}\n", one.name, one.words / texts, one.pairs / texts,
               one.precision / texts, one.f1 / texts);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: recura_bench_keyphrases MODEL DATA.jsonl [FIELD [COUNT]]\n");
    return 2;
  }
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 3;
  }
}
