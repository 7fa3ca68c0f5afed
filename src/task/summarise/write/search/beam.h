#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/real.h"

namespace recura {

/// How a summary is searched for.
struct BeamOptions {
  /// Beginnings that are followed at once.
  Index beam = 5;
  /// Exponent of the length by which the logarithm of a summary's probability is divided: ((5 + words) / 6)^penalty,
  /// its end being a word (Wu et al. 2016). 0: the likeliest one, which is often the shortest.
  double length_penalty = 1;
  /// No such number of words in a row stands twice in a summary (Paulus et al. 2018); 0: they may.
  Index no_repeat = 3;
  /// In words, without the end and marks. A summary that reaches the most is ended.
  Index least = 1, most = 30;
};

/// The beginning of a summary, or all of one.
struct Hypothesis {
  std::vector<std::int32_t> words;  // numbers, without the end
  Index length = 0;                 // of them, those that are no marks
  double log_p = 0;                 // with that of the end once it is ended
  double score = 0;                 // of an ended one
  Index parent = -1;                // the place among the live ones before the last word came
};

/// Beam search over the words of one summary, of which number 0 is the end.
///
///     Beam beam(options);
///     while (!beam.live().empty()) beam.advance(probabilities of the next word of each of beam.live());
///
/// With a beam as wide as there are beginnings, it finds the summary with the best score.
///
/// *Marks* are numbers that put no letter into a summary: they are not counted as words, and behind one stands neither
/// another one nor the end.
class Beam {
 public:
  explicit Beam(const BeamOptions& options, std::span<const std::int32_t> marks = {})
      : options_(options), marks_(marks.begin(), marks.end()), live_(1) {}

  std::span<const Hypothesis> live() const { return live_; }
  /// `next`: for each live hypothesis the probability of every number. Those of the kept ones follow in `live`, with
  /// their parents' places; it is empty when the search has ended.
  void advance(std::span<const std::vector<real>> next);
  /// The ended ones, the best first; `beam` of them at most. Of equals the one that was found first.
  std::vector<Hypothesis> found() const;

 private:
  struct Candidate {
    Index parent = 0;
    std::int32_t word = 0;
    double log_p = 0;
  };

  double score(double log_p, Index words) const;
  bool is_mark(std::int32_t word) const;
  bool is_barred(const Hypothesis& hypothesis, std::int32_t word) const;
  void add_candidates(Index parent, const std::vector<real>& next, std::vector<Candidate>& candidates) const;
  bool can_improve() const;

  BeamOptions options_;
  std::vector<std::int32_t> marks_;
  std::vector<Hypothesis> live_, ended_;
};

}  // namespace recura
