#include "task/tag/objective.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "grad/ops.h"

namespace recura {
namespace {

std::vector<std::int32_t> packed_tags(const std::vector<std::vector<std::int32_t>>& tags, std::span<const Index> texts,
                                      const Packing& packing) {
  std::vector<std::int32_t> packed(static_cast<std::size_t>(packing.rows()));
  for (Index text = 0; text < packing.texts(); ++text) {
    const auto& own = tags[static_cast<std::size_t>(texts[static_cast<std::size_t>(text)])];
    for (Index step = 0; step < packing.length(text); ++step)
      packed[static_cast<std::size_t>(packing.row(text, step))] = own[static_cast<std::size_t>(step)];
  }
  return packed;
}

/// The number of all that a token may be which is in no span of its text: of its set, or of the outside tag alone.
std::int32_t number_outside(const TagSet& tags, const TaggedText& text, std::vector<std::vector<std::uint8_t>>& sets) {
  if (!text.own_types) return 0;
  std::vector<std::uint8_t> set = tags.outside_of(*text.own_types);
  if (std::ranges::count(set, 1) == 1) return 0;
  const auto found = std::ranges::find(sets, set);
  const auto at = static_cast<std::int32_t>(found - sets.begin());
  if (found == sets.end()) sets.push_back(std::move(set));
  return -2 - at;
}

}  // namespace

TaggedFeatures tagged_features(const TaggerModel& model, std::vector<TaggedText> texts, bool keep_texts,
                               std::int64_t& unseen, Executor& executor) {
  TaggedFeatures result{model.encoder.encode(texts, executor), {}, {}, {}, {}};
  for (const TaggedText& text : texts) {
    TaggedText known = text;
    std::erase_if(known.spans, [&](const NamedSpan& span) {
      if (model.tags.knows(span.type)) return false;
      for (Index token = span.begin; token < span.end; ++token) known.undecided.push_back(token);
      ++unseen;
      return true;
    });
    result.tags.push_back(model.tags.numbers(known));
    if (model.tags.has_outside())
      std::ranges::replace(result.tags.back(), 0, number_outside(model.tags, text, result.sets));
    const auto label = std::ranges::find(model.labels, text.label);
    result.labels.push_back(label == model.labels.end() ? -1 : static_cast<std::int32_t>(label - model.labels.begin()));
  }
  if (keep_texts) result.texts = std::move(texts);
  return result;
}

double span_f1(std::span<const TaggedText> texts, std::span<const PredictedSpans> predicted) {
  return span_report(texts, predicted, {.resamples = 0}).micro.f1;
}

TagObjective::TagObjective(TagNetwork& network, const TagSet& tags, const TaggedFeatures& train,
                           const TaggedFeatures& dev, TagScore score)
    : network_(network),
      tags_(tags),
      train_(train),
      dev_(dev),
      score_(std::move(score)),
      parameters_(network.parameters()) {
  for (const TokenFeatures& text : train.features.texts) lengths_.push_back(text.length);
  for (const ChannelSpec& channel : network.spec().channels) slots_.push_back(channel.slots);
}

void TagObjective::freeze(const Parameter* parameter) { std::erase(parameters_, parameter); }

Var TagObjective::loss(Tape& tape, std::span<const Index> rows) const {
  const TagOutput output = network_.forward(tape, make_batch(train_.features, rows, slots_));
  const Var loss = network_.tag_loss(output, {packed_tags(train_.tags, rows, *output.emissions.packing), train_.sets});
  if (!output.labels) return loss;
  std::vector<std::int32_t> classes;
  for (const Index row : rows) classes.push_back(train_.labels[static_cast<std::size_t>(row)]);
  return add(loss, softmax_cross_entropy(output.labels, classes));
}

std::optional<Objective::DevScore> TagObjective::dev_score(Executor& executor) const {
  const std::size_t texts = dev_.features.texts.size();
  if (texts == 0) return std::nullopt;
  std::vector<PredictedSpans> found(texts);
  std::vector<double> losses(texts);
  try {
    read_texts(network_, dev_.features, executor, [&](std::span<const Index> some, const TagOutput& output) {
      const Packing& packing = *output.emissions.packing;
      const auto best =
          network_.crf().decode(output.emissions.rows.value(), packing, output.emissions.rows.tape().executor());
      const Var loss = network_.tag_loss(output, {packed_tags(dev_.tags, some, packing), dev_.sets});
      for (Index text = 0; text < packing.texts(); ++text) {
        const auto row = static_cast<std::size_t>(some[static_cast<std::size_t>(text)]);
        std::vector<std::int32_t> own;
        for (Index step = 0; step < packing.length(text); ++step)
          own.push_back(best[static_cast<std::size_t>(packing.row(text, step))]);
        found[row].spans = tags_.spans(own);
        losses[row] = static_cast<double>(loss.value().data[0]);
      }
    });
  } catch (const DataError&) {  // of a network that diverged
    return DevScore{0, std::numeric_limits<double>::quiet_NaN()};
  }
  double sum = 0;
  for (const double loss : losses) sum += loss;
  return DevScore{score_(dev_.texts, found), sum / static_cast<double>(texts)};
}

}  // namespace recura
