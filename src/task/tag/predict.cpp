#include "task/tag/predict.h"

#include <algorithm>
#include <cmath>

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
                           Executor& executor, std::span<const std::vector<TagHint>> hints) {
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
      for (NamedSpan& span : tags.spans(own)) {
        const auto part = std::span(own).subspan(static_cast<std::size_t>(span.begin),
                                                 static_cast<std::size_t>(span.end - span.begin));
        const double score = lattice.probability(text, span.begin, part);
        answer.spans.push_back({std::move(span), score});
      }
      answer.log_probability = std::log(lattice.probability(text, 0, own));
      if (output.labels)
        answer.labels = softmax({output.labels.value().row(text), static_cast<std::size_t>(network.spec().labels)});
    }
  });
  return answers;
}

}  // namespace recura
