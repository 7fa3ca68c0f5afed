#include "task/summarise/select/oracle.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/error.h"
#include "task/precision_recall.h"
#include "task/summarise/rouge/rouge_words.h"

namespace recura {
namespace {

using Ids = std::vector<std::int32_t>;

/// Words as numbers from 0.
class Numbers {
 public:
  Ids operator()(std::string_view text) {
    Ids ids;
    for (std::string& word : rouge_words(text)) {
      const auto next = static_cast<std::int32_t>(numbers_.size());
      ids.push_back(numbers_.try_emplace(std::move(word), next).first->second);
    }
    return ids;
  }

 private:
  std::unordered_map<std::string, std::int32_t> numbers_;
};

/// What ROUGE counts of one length of n-grams, while sentences are taken. What a sentence would add is kept up to date,
/// which only those change that have an n-gram in common with the one that is taken.
class GramCounts {
 public:
  GramCounts(const std::vector<Ids>& sentences, const Ids& reference, std::size_t size)
      : counts_(sentences.size()), grams_of_(sentences.size()) {
    for_each_gram(reference, size, [&](std::uint64_t gram) { ++grams_[gram].left, ++present_; });
    for (std::size_t i = 0; i < sentences.size(); ++i)
      for_each_gram(sentences[i], size, [&](std::uint64_t gram) { add(i, gram); });
  }

  /// Grams of the reference that still are without their like, and that the sentence has.
  std::int64_t gain(std::size_t sentence) const { return counts_[sentence].gain; }

  /// The F1 if the sentence were taken.
  double f1_with(std::size_t sentence) const {
    const Counts& more = counts_[sentence];
    return rates(static_cast<double>(right_ + more.gain), static_cast<double>(given_ + more.all),
                 static_cast<double>(present_))
        .f1;
  }

  void take(std::size_t sentence) {
    right_ += counts_[sentence].gain;
    given_ += counts_[sentence].all;
    for (const auto& [gram, use] : grams_of_[sentence]) {
      const std::int64_t before = gram->left;
      gram->left = std::max<std::int64_t>(before - gram->uses[use].count, 0);
      if (before == 0 || gram->left >= gram->most) continue;
      for (const Use& one : gram->uses)
        counts_[one.sentence].gain -= std::min(one.count, before) - std::min(one.count, gram->left);
    }
  }

 private:
  struct Counts {
    std::int64_t gain = 0, all = 0;
  };
  struct Use {
    std::size_t sentence;
    std::int64_t count;
  };
  /// Of the reference: how often it is still without its like, and which sentences have it, at most so often.
  struct Gram {
    std::int64_t left = 0, most = 0;
    std::vector<Use> uses;
  };

  template <typename Do>
  static void for_each_gram(const Ids& ids, std::size_t size, Do use) {
    for (std::size_t i = 0; i + size <= ids.size(); ++i) {
      const std::uint64_t before = size == 1 ? 0 : static_cast<std::uint64_t>(ids[i]) + 1;
      use(before << 32 | static_cast<std::uint64_t>(ids[i + size - 1]));
    }
  }

  void add(std::size_t sentence, std::uint64_t gram) {
    ++counts_[sentence].all;
    const auto found = grams_.find(gram);
    if (found == grams_.end()) return;
    Gram& one = found->second;
    if (one.uses.empty() || one.uses.back().sentence != sentence) {
      grams_of_[sentence].emplace_back(&one, one.uses.size());
      one.uses.push_back({sentence, 0});
    }
    const std::int64_t count = ++one.uses.back().count;
    one.most = std::max(one.most, count);
    if (count <= one.left) ++counts_[sentence].gain;
  }

  std::unordered_map<std::uint64_t, Gram> grams_;
  std::vector<Counts> counts_;
  /// Of each sentence its grams, and where their uses have it.
  std::vector<std::vector<std::pair<Gram*, std::size_t>>> grams_of_;
  std::int64_t present_ = 0, right_ = 0, given_ = 0;
};

struct Labels {
  std::vector<bool> keep;
  double score = 0;
};

Labels greedy(const std::vector<Ids>& sentences, const Ids& reference) {
  Labels labels{std::vector<bool>(sentences.size()), 0};
  GramCounts ones(sentences, reference, 1), twos(sentences, reference, 2);
  std::vector<std::size_t> left(sentences.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  for (;;) {
    // Gains only fall, and what has none makes the F1 smaller.
    std::erase_if(left, [&](std::size_t i) { return labels.keep[i] || (ones.gain(i) == 0 && twos.gain(i) == 0); });
    std::size_t best = sentences.size();
    double score = labels.score;
    for (const std::size_t i : left) {
      const double with = ones.f1_with(i) + twos.f1_with(i);
      if (with > score) best = i, score = with;
    }
    if (best == sentences.size()) return labels;
    labels.keep[best] = true;
    labels.score = score;
    ones.take(best);
    twos.take(best);
  }
}

/// Lays sentences, the longest first, over the reference, none over another; false if a word of it stays uncovered.
bool cover(const std::vector<Ids>& sentences, const Ids& reference, std::vector<bool>& keep) {
  std::unordered_map<std::int32_t, std::vector<std::size_t>> places;
  for (std::size_t at = 0; at < reference.size(); ++at) places[reference[at]].push_back(at);
  std::vector<std::size_t> order(sentences.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return sentences[a].size() > sentences[b].size(); });
  std::vector<bool> covered(reference.size());
  std::size_t left = reference.size();
  for (const std::size_t i : order) {
    const Ids& sentence = sentences[i];
    if (sentence.empty()) continue;
    for (const std::size_t at : places[sentence.front()]) {
      const auto end = static_cast<std::ptrdiff_t>(at + sentence.size());
      const auto begin = static_cast<std::ptrdiff_t>(at);
      if (at + sentence.size() > reference.size()) break;
      if (std::find(covered.begin() + begin, covered.begin() + end, true) != covered.begin() + end) continue;
      if (!std::equal(sentence.begin(), sentence.end(), reference.begin() + begin)) continue;
      std::fill(covered.begin() + begin, covered.begin() + end, true);
      left -= sentence.size();
      keep[i] = true;
      break;
    }
  }
  return left == 0;
}

Labels labels_for(const std::vector<Ids>& sentences, const Ids& reference) {
  constexpr double kPerfect = 2;
  Labels exact{std::vector<bool>(sentences.size()), kPerfect};
  if (!reference.empty() && cover(sentences, reference, exact.keep)) return exact;
  return greedy(sentences, reference);
}

}  // namespace

std::vector<bool> oracle_sentences(std::span<const std::string_view> sentences,
                                   std::span<const std::string> references) {
  if (references.empty()) throw ArgumentError("oracle: needs a reference at least");
  Numbers numbers;
  std::vector<Ids> ids;
  for (const std::string_view sentence : sentences) ids.push_back(numbers(sentence));
  Labels best{{}, -1};
  for (const std::string& reference : references) {
    Labels labels = labels_for(ids, numbers(reference));
    if (labels.score > best.score) best = std::move(labels);
  }
  return best.keep;
}

}  // namespace recura
