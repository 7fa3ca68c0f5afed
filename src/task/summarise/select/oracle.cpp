#include "task/summarise/select/oracle.h"

#include <algorithm>
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

/// What ROUGE counts of one length of n-grams, while sentences are added.
class GramCounts {
 public:
  GramCounts(const Ids& reference, std::size_t size) : size_(size) {
    for_each_gram(reference, [&](std::uint64_t gram) { ++left_[gram], ++present_; });
  }

  /// The F1 if a sentence were added.
  double f1_with(const Ids& sentence) {
    std::int64_t right = right_, given = given_;
    for_each_gram(sentence, [&](std::uint64_t gram) {
      ++given;
      const auto found = left_.find(gram);
      if (found != left_.end() && found->second-- > 0) ++right;
    });
    for_each_gram(sentence, [&](std::uint64_t gram) {
      const auto found = left_.find(gram);
      if (found != left_.end()) ++found->second;
    });
    return rates(static_cast<double>(right), static_cast<double>(given), static_cast<double>(present_)).f1;
  }

  void add(const Ids& sentence) {
    for_each_gram(sentence, [&](std::uint64_t gram) {
      ++given_;
      const auto found = left_.find(gram);
      if (found != left_.end() && found->second-- > 0) ++right_;
    });
  }

 private:
  template <typename Use>
  void for_each_gram(const Ids& ids, Use use) const {
    for (std::size_t i = 0; i + size_ <= ids.size(); ++i) {
      const std::uint64_t before = size_ == 1 ? 0 : static_cast<std::uint64_t>(ids[i]) + 1;
      use(before << 32 | static_cast<std::uint64_t>(ids[i + size_ - 1]));
    }
  }

  std::size_t size_;
  /// How often each gram of the reference is still without its like; below zero where it was met too often.
  std::unordered_map<std::uint64_t, std::int64_t> left_;
  std::int64_t present_ = 0, right_ = 0, given_ = 0;
};

struct Labels {
  std::vector<bool> keep;
  double score = 0;
};

Labels greedy(const std::vector<Ids>& sentences, const Ids& reference) {
  Labels labels{std::vector<bool>(sentences.size()), 0};
  GramCounts ones(reference, 1), twos(reference, 2);
  for (;;) {
    std::size_t best = sentences.size();
    double score = labels.score;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      if (labels.keep[i] || sentences[i].empty()) continue;
      const double with = ones.f1_with(sentences[i]) + twos.f1_with(sentences[i]);
      if (with > score) best = i, score = with;
    }
    if (best == sentences.size()) return labels;
    labels.keep[best] = true;
    labels.score = score;
    ones.add(sentences[best]);
    twos.add(sentences[best]);
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
