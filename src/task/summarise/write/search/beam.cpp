#include "task/summarise/write/search/beam.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace recura {

double Beam::score(double log_p, Index words) const {
  return log_p / std::pow((5.0 + static_cast<double>(words)) / 6, options_.length_penalty);
}

bool Beam::is_mark(std::int32_t word) const { return std::ranges::count(marks_, word) > 0; }

bool Beam::is_barred(const Hypothesis& hypothesis, std::int32_t word) const {
  const auto& words = hypothesis.words;
  if (!words.empty() && is_mark(words.back()) && (word == 0 || is_mark(word))) return true;
  if (word == 0) return hypothesis.length < std::min(options_.least, options_.most);
  if (hypothesis.length >= options_.most) return true;
  const auto run = static_cast<std::size_t>(options_.no_repeat);
  if (run == 0 || words.size() < run) return false;
  const auto last = words.end() - static_cast<std::ptrdiff_t>(run - 1);  // what would stand before the word
  for (std::size_t at = 0; at + run <= words.size(); ++at) {
    if (words[at + run - 1] == word && std::equal(last, words.end(), words.begin() + static_cast<std::ptrdiff_t>(at)))
      return true;
  }
  return false;
}

/// The likeliest words that are not barred, one more than the beam is wide: one of them may be the end.
void Beam::add_candidates(Index parent, const std::vector<real>& next, std::vector<Candidate>& candidates) const {
  const Hypothesis& hypothesis = live_[static_cast<std::size_t>(parent)];
  const auto most = static_cast<std::size_t>(options_.beam) + 1;
  std::vector<std::pair<real, std::int32_t>> best;  // a heap, the least likely in front
  const auto likelier = [](const auto& a, const auto& b) {
    return a.first > b.first || (a.first == b.first && a.second < b.second);
  };
  real bar = 0;  // what a word must pass; of equally likely ones the first stays
  for (std::size_t word = 0; word < next.size(); ++word) {
    if (!(next[word] > bar) || is_barred(hypothesis, static_cast<std::int32_t>(word))) continue;
    best.emplace_back(next[word], static_cast<std::int32_t>(word));
    std::ranges::push_heap(best, likelier);
    if (best.size() > most) {
      std::ranges::pop_heap(best, likelier);
      best.pop_back();
    }
    if (best.size() == most) bar = best.front().first;
  }
  std::ranges::sort_heap(best, likelier);
  if (best.empty()) best.emplace_back(std::numeric_limits<real>::min(), 0);  // nothing may follow: it ends
  for (const auto& [p, word] : best) candidates.push_back({parent, word, hypothesis.log_p + std::log(double{p})});
}

/// Whether a live one may still score better than the worst of the ended ones that would be given.
bool Beam::can_improve() const {
  const auto wanted = static_cast<std::size_t>(options_.beam);
  if (live_.empty() || ended_.size() < wanted) return !live_.empty();
  std::vector<double> scores;
  for (const Hypothesis& one : ended_) scores.push_back(one.score);
  std::ranges::nth_element(scores, scores.begin() + static_cast<std::ptrdiff_t>(wanted - 1), std::ranges::greater());
  // Of a fixed log p the longest has the best score; the words to come can only lower log p.
  const Index longest = options_.most + 1;
  return std::ranges::any_of(live_,
                             [&](const Hypothesis& one) { return score(one.log_p, longest) > scores[wanted - 1]; });
}

void Beam::advance(std::span<const std::vector<real>> next) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < live_.size(); ++i) add_candidates(static_cast<Index>(i), next[i], candidates);
  std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::log_p);
  std::vector<Hypothesis> kept;
  for (const Candidate& one : candidates) {
    if (std::ssize(kept) == options_.beam) break;
    const Hypothesis& parent = live_[static_cast<std::size_t>(one.parent)];
    Hypothesis made{parent.words, parent.length, one.log_p, 0, one.parent};
    if (one.word == 0) {
      made.score = score(made.log_p, made.length + 1);
      ended_.push_back(std::move(made));
    } else {
      made.words.push_back(one.word);
      made.length += is_mark(one.word) ? 0 : 1;
      kept.push_back(std::move(made));
    }
  }
  live_ = std::move(kept);
  if (!can_improve()) live_.clear();
}

std::vector<Hypothesis> Beam::found() const {
  std::vector<Hypothesis> best = ended_;
  std::ranges::stable_sort(best, std::ranges::greater{}, &Hypothesis::score);
  best.resize(std::min(best.size(), static_cast<std::size_t>(options_.beam)));
  return best;
}

}  // namespace recura
