#include "task/summarise/select/phrases/phrases.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <queue>
#include <span>
#include <unordered_map>
#include <utility>

namespace recura {
namespace {

constexpr std::size_t kLongest = 4;

/// The forms of a phrase, -1 behind its last one.
using Forms = std::array<std::int32_t, kLongest>;

struct Candidate {
  std::vector<Token> places;
  Forms forms{};
  std::array<double, kLongest> weights{};  // of each form
  double tokens = 0;                       // at one place
};

bool can_be_phrase(std::span<const PhraseWord> words) {
  return words.front().role != WordRole::frequent && words.back().role != WordRole::frequent &&
         std::ranges::any_of(words, [](const PhraseWord& word) { return word.role == WordRole::content; });
}

/// All phrases of a text, counted as they come.
class Candidates {
 public:
  void add_sentence(std::span<const PhraseWord> words, std::span<const double> weights) {
    for (std::size_t first = 0; first < words.size(); ++first) {
      const std::size_t most = std::min(words.size() - first, kLongest);
      for (std::size_t length = 1; length <= most && words[first + length - 1].role != WordRole::mark; ++length) {
        if (can_be_phrase(words.subspan(first, length))) add(words.subspan(first, length), weights);
      }
    }
  }

  /// Once a phrase has been told, its words alone mean it too: one that stands there twice gets all of their weight.
  void share_words() {
    std::unordered_map<std::int32_t, double> weights;
    for (const Candidate& one : all_) {
      if (one.forms[1] < 0) weights[one.forms[0]] = one.weights[0];
    }
    for (Candidate& one : all_) {
      for (std::size_t k = 0; k < kLongest && one.places.size() > 1; ++k) {
        const auto found = weights.find(one.forms[k]);
        if (found != weights.end()) one.weights[k] = found->second;
      }
    }
  }

  const std::vector<Candidate>& all() const { return all_; }

 private:
  void add(std::span<const PhraseWord> words, std::span<const double> weights) {
    Forms forms;
    forms.fill(-1);
    std::ranges::transform(words, forms.begin(), &PhraseWord::form);
    const auto [found, is_new] = numbers_.try_emplace(forms, all_.size());
    if (is_new) all_.push_back({.places = {}, .forms = forms});
    Candidate& one = all_[found->second];
    const Token place{words.front().place.begin, words.back().place.end};
    if (!one.places.empty() && place.begin < one.places.back().end) return;  // "ha ha" in "ha ha ha" stands there once
    one.places.push_back(place);
    one.tokens = static_cast<double>(words.back().first + words.back().tokens - words.front().first);
    for (std::size_t k = 0; k < words.size(); ++k) {
      if (words[k].role == WordRole::frequent) continue;
      for (const double weight : weights.subspan(words[k].first, words[k].tokens)) one.weights[k] += weight;
    }
  }

  std::map<Forms, std::size_t> numbers_;
  std::vector<Candidate> all_;
};

/// What a phrase says that the words which are `told` do not.
double score_of(const Candidate& candidate, const std::vector<bool>& told) {
  double sum = 0;
  for (std::size_t k = 0; k < kLongest && candidate.forms[k] >= 0; ++k)
    sum += told[static_cast<std::size_t>(candidate.forms[k])] ? 0 : candidate.weights[k];
  return sum / std::sqrt(candidate.tokens);
}

/// The best first, of equals the one that comes first.
struct Entry {
  double score = 0;
  std::size_t number = 0;

  bool operator<(const Entry& other) const {
    return score != other.score ? score < other.score : number > other.number;
  }
};

}  // namespace

std::vector<Phrase> best_phrases(const DocumentWords& words, const std::vector<std::vector<double>>& weights,
                                 std::size_t count) {
  Candidates candidates;
  for (std::size_t i = 0; i < words.sentences.size(); ++i) candidates.add_sentence(words.sentences[i], weights[i]);
  candidates.share_words();
  std::vector<bool> told(static_cast<std::size_t>(words.forms));
  std::priority_queue<Entry> queue;
  for (std::size_t i = 0; i < candidates.all().size(); ++i) queue.push({score_of(candidates.all()[i], told), i});
  std::vector<Phrase> best;
  while (best.size() < count && !queue.empty()) {
    const Entry top = queue.top();
    queue.pop();
    const Candidate& candidate = candidates.all()[top.number];
    const double score = score_of(candidate, told);
    if (!(score > 0)) continue;
    if (score < top.score) {  // scores only fall: it waits for its turn
      queue.push({score, top.number});
      continue;
    }
    best.push_back({candidate.places, score});
    for (std::size_t k = 0; k < kLongest && candidate.forms[k] >= 0; ++k)
      told[static_cast<std::size_t>(candidate.forms[k])] = true;
  }
  return best;
}

}  // namespace recura
