#include "task/summarise/compress/predict.h"

#include <algorithm>
#include <iterator>

#include "task/summarise/compress/words.h"
#include "task/tag/answer/predict.h"

namespace recura {
namespace {

constexpr Index kRoundWords = Index{1} << 16;

/// So many words more of a sentence, and what each of them adds to its score.
struct Rise {
  std::size_t sentence = 0, words = 0;
  double each = 0;
};

/// The edges of the concave hull of a sentence's scores, from no word on: they fall.
void add_rises(std::size_t sentence, const std::vector<double>& scores, std::vector<Rise>& rises) {
  const std::size_t first = rises.size();
  for (std::size_t words = 1; words < scores.size(); ++words) {
    Rise rise{sentence, 1, scores[words] - scores[words - 1]};
    for (; rises.size() > first && rises.back().each <= rise.each; rises.pop_back()) {
      const Rise& before = rises.back();
      const auto own = static_cast<double>(rise.words), others = static_cast<double>(before.words);
      rise.each = (own * rise.each + others * before.each) / (own + others);
      rise.words += before.words;
    }
    rises.push_back(rise);
  }
}

ReadSentence read_sentence(const TagNetwork& network, const Tensor& emissions) {
  ReadSentence sentence;
  for (const kernel::ScoredTags& best : network.crf().best_by_count(emissions, kKeptTags)) {
    auto& keep = sentence.keep.emplace_back();
    for (const std::int32_t tag : best.tags) keep.push_back(tag > 0);
    sentence.scores.push_back(best.score);
  }
  return sentence;
}

/// The rows of one text of packed ones.
Tensor of_text(ConstTensorView packed, const Packing& packing, Index text) {
  const Index columns = packed.shape.columns();
  Tensor own = Tensor::uninitialised({packing.length(text), columns});
  for (Index step = 0; step < packing.length(text); ++step)
    std::copy_n(packed.row(packing.row(text, step)), columns, own.row(step));
  return own;
}

std::vector<ReadSentence> read(const CompressModel& model, std::span<const TaggedText> texts, bool keeps_emissions,
                               Executor& executor) {
  const TagNetwork& network = *model.network;
  std::vector<ReadSentence> sentences(texts.size());
  read_texts(network, model.encoder.encode(texts, executor), executor,
             [&](std::span<const Index> some, const TagOutput& output) {
               const TensorView emissions = output.emissions.rows.value();
               const Packing& packing = *output.emissions.packing;
               const CrfLattice lattice =
                   network.crf().lattice(emissions, packing, output.emissions.rows.tape().executor());
               for (Index text = 0; text < packing.texts(); ++text) {
                 ReadSentence& sentence = sentences[static_cast<std::size_t>(some[static_cast<std::size_t>(text)])];
                 Tensor own = of_text(emissions, packing, text);
                 sentence = read_sentence(network, own);
                 for (Index step = 0; step < packing.length(text); ++step)
                   sentence.p.push_back(1 - static_cast<double>(lattice.marginals().row(packing.row(text, step))[0]));
                 if (keeps_emissions) sentence.emissions = std::move(own);
               }
             });
  return sentences;
}

}  // namespace

std::vector<double> ReadText::p() const {
  std::vector<double> all;
  for (const ReadSentence& sentence : sentences_) std::ranges::copy(sentence.p, std::back_inserter(all));
  return all;
}

std::size_t ReadText::likeliest() const {
  std::size_t words = 0;
  for (const ReadSentence& sentence : sentences_)
    words += static_cast<std::size_t>(std::ranges::max_element(sentence.scores) - sentence.scores.begin());
  return words == 0 && !sentences_.empty() ? 1 : words;
}

std::vector<std::size_t> ReadText::kept(std::size_t count) const {
  std::vector<Rise> rises;
  for (std::size_t i = 0; i < sentences_.size(); ++i) add_rises(i, sentences_[i].scores, rises);
  std::ranges::stable_sort(rises, std::ranges::greater{}, &Rise::each);
  std::vector<std::size_t> counts(sentences_.size()), kept;
  for (std::size_t i = 0; i < rises.size() && count > 0; ++i) {
    const std::size_t taken = std::min(count, rises[i].words);
    counts[rises[i].sentence] += taken;
    count -= taken;
  }
  std::size_t first = 0;
  for (std::size_t i = 0; i < sentences_.size(); ++i) {
    const std::vector<bool>& keep = sentences_[i].keep[counts[i]];
    for (std::size_t word = 0; word < keep.size(); ++word) {
      if (keep[word]) kept.push_back(first + word);
    }
    first += sentences_[i].p.size();
  }
  return kept;
}

std::vector<ReadText> predict(const CompressModel& model, std::span<const SummaryRow> rows, bool emissions,
                              Executor& executor) {
  std::vector<TaggedText> sentences;
  std::vector<std::size_t> ends;
  for (const SummaryRow& row : rows) {
    std::ranges::move(tagged_sentences(row), std::back_inserter(sentences));
    ends.push_back(sentences.size());
  }
  std::vector<ReadSentence> found;
  for (std::size_t at = 0; at < sentences.size();) {
    const std::size_t first = at;
    for (Index words = 0; at < sentences.size() && words < kRoundWords; ++at) words += std::ssize(sentences[at].tokens);
    std::ranges::move(read(model, std::span(sentences).subspan(first, at - first), emissions, executor),
                      std::back_inserter(found));
  }
  std::vector<ReadText> result;
  auto next = found.begin();
  for (const std::size_t end : ends) {
    const auto last = found.begin() + static_cast<std::ptrdiff_t>(end);
    result.emplace_back(std::vector(std::move_iterator(next), std::move_iterator(last)));
    next = last;
  }
  return result;
}

}  // namespace recura
