#include "task/tag/answer/predict.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.h"
#include "base/floating_state.h"
#include "data/batches.h"
#include "kernel/loss.h"

namespace recura {
namespace {

/// In the order of steps: the elements of one text of packed ones.
template <typename T>
std::vector<T> of_text(std::span<const T> packed, const Packing& packing, Index text) {
  std::vector<T> own;
  for (Index step = 0; step < packing.length(text); ++step)
    own.push_back(packed[static_cast<std::size_t>(packing.row(text, step))]);
  return own;
}

void check_finite(ConstTensorView values) {
  if (std::ranges::all_of(values.values(), [](real x) { return std::isfinite(x); })) return;
  throw DataError("the network gives a text no finite number: its weights are too large");
}

/// What the network says of one text of a batch.
struct TextLattice {
  const CrfLattice& lattice;
  const TagSet& tags;
  const Packing& packing;
  Index text;

  double marginal(Index token, std::int32_t tag) const {
    return lattice.marginals().row(packing.row(text, token))[tag];
  }
  double probability(const NamedSpan& span) const {
    return lattice.probability(text, span.begin, tags.numbers(span.type, span.end - span.begin));
  }

  /// Those spans of a type that begin at a token and are as probable as `least`.
  void add_spans(Index begin, const std::string& type, double least, std::vector<FoundSpan>& spans) const {
    if (const double p = marginal(begin, tags.numbers(type, 1).front()); p >= least)
      spans.push_back({{begin, begin + 1, type}, p, false});
    const auto parts = tags.numbers(type, 3);  // that begin, go on, end
    // Of all that go on over a token no more than 1 / least are so probable: there are few to look at.
    std::vector<std::int32_t> so_far{parts[0]};
    for (Index end = begin + 2; end <= packing.length(text); ++end, so_far.push_back(parts[1])) {
      if (lattice.probability(text, begin, so_far) < least) return;
      NamedSpan span{begin, end, type};
      if (const double p = marginal(end - 1, parts[2]) < least ? 0 : probability(span); p >= least)
        spans.push_back({std::move(span), p, false});
    }
  }

  /// Puts the others that are as probable as `least` beside those that were found.
  void add_others(double least, std::vector<FoundSpan>& found) const {
    std::vector<FoundSpan> all;
    for (Index begin = 0; begin < packing.length(text); ++begin) {
      for (const std::string& type : tags.types()) add_spans(begin, type, least, all);
    }
    const auto begin_of = [](const FoundSpan& one) { return one.span.begin; };
    const std::size_t likeliest = found.size();
    for (FoundSpan& one : all) {
      const auto known = std::span(found).first(likeliest);
      const auto at = std::ranges::lower_bound(known, one.span.begin, {}, begin_of);
      if (at == known.end() || !(at->span == one.span)) found.push_back(std::move(one));
    }
    std::ranges::sort(found, {},
                      [](const FoundSpan& one) { return std::tie(one.span.begin, one.span.end, one.span.type); });
  }

  std::vector<FoundSpan> spans_of(std::span<const std::int32_t> best) const {
    std::vector<FoundSpan> found;
    for (NamedSpan& span : tags.spans(best)) {
      const double p = probability(span);
      found.push_back({std::move(span), p});
    }
    return found;
  }
};

/// The likeliest readings of a text of the batch.
std::vector<TagReading> readings_of(const Crf& crf, const TagSet& tags, ConstTensorView emissions,
                                    const Packing& packing, Index text, std::size_t count) {
  Tensor own({packing.length(text), tags.size()});
  for (Index step = 0; step < packing.length(text); ++step)
    std::copy_n(emissions.row(packing.row(text, step)), tags.size(), own.row(step));
  std::vector<TagReading> readings;
  for (const TagPath& path : crf.best(own, count)) readings.push_back({tags.spans(path.tags), path.log_probability});
  return readings;
}

std::vector<double> softmax(std::span<const real> scores) {
  std::vector<double> p(scores.begin(), scores.end());
  const double most = *std::ranges::max_element(p);
  double sum = 0;
  for (double& x : p) sum += x = std::exp(x - most);
  for (double& x : p) x /= sum;
  return p;
}

}  // namespace

void read_texts(const TagNetwork& network, const TextFeatures& features, Executor& executor,
                const std::function<void(std::span<const Index>, const TagOutput&)>& batch) {
  const FloatingState state;
  std::vector<Index> lengths, slots;
  for (const TokenFeatures& text : features.texts) lengths.push_back(text.length);
  for (const ChannelSpec& channel : network.spec().channels) slots.push_back(channel.slots);
  const auto batches = batches_by_length(lengths);
  // A single batch has the threads for itself; of several, each has one.
  Executor* const inside = batches.size() == 1 ? &executor : nullptr;
  const auto read = [&](const std::vector<Index>& texts) {
    Tape tape(Mode::infer, Rng(0), inside);
    const TagOutput output = network.forward(tape, make_batch(features, texts, slots));
    check_finite(output.emissions.rows.value());
    if (output.labels) check_finite(output.labels.value());
    batch(texts, output);
  };
  if (inside != nullptr) return read(batches.front());
  executor.run(static_cast<int>(batches.size()), [&](int index) { read(batches[static_cast<std::size_t>(index)]); });
}

std::vector<TagAnswer> tag(const TagNetwork& network, const TagSet& tags, const TextFeatures& features,
                           Executor& executor, std::span<const std::vector<TagHint>> hints, const TagQuery& query) {
  std::vector<TagAnswer> answers(features.texts.size());
  read_texts(network, features, executor, [&](std::span<const Index> texts, const TagOutput& output) {
    const TensorView emissions = output.emissions.rows.value();
    const Packing& packing = *output.emissions.packing;
    Executor& inside = output.emissions.rows.tape().executor();
    for (Index text = 0; !hints.empty() && text < packing.texts(); ++text) {
      for (const TagHint& hint : hints[static_cast<std::size_t>(texts[static_cast<std::size_t>(text)])])
        emissions.row(packing.row(text, hint.token))[hint.tag] += static_cast<real>(hint.bonus);
    }
    const std::vector<std::int32_t> best = network.crf().decode(emissions, packing, inside);
    const CrfLattice lattice = network.crf().lattice(emissions, packing, inside);
    for (Index text = 0; text < packing.texts(); ++text) {
      TagAnswer& answer = answers[static_cast<std::size_t>(texts[static_cast<std::size_t>(text)])];
      const auto own = of_text<std::int32_t>(best, packing, text);
      const TextLattice own_lattice{lattice, tags, packing, text};
      answer.spans = own_lattice.spans_of(own);
      if (query.least > 0) own_lattice.add_others(query.least, answer.spans);
      if (query.readings > 0)
        answer.readings = readings_of(network.crf(), tags, emissions, packing, text, query.readings);
      answer.log_probability = std::log(lattice.probability(text, 0, own));
      if (output.labels)
        answer.labels = softmax({output.labels.value().row(text), static_cast<std::size_t>(network.spec().labels)});
    }
  });
  return answers;
}

}  // namespace recura
