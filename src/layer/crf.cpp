#include "layer/crf.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "kernel/activation.h"
#include "kernel/viterbi.h"
#include "layer/initialise.h"

namespace recura {
namespace {

void check(ConstTensorView emissions, Index rows, Index tags) {
  if (emissions.shape == Shape{rows, tags}) return;
  throw ArgumentError("crf: emissions must be [{}, {}], got {}", rows, tags, to_string(emissions.shape));
}

}  // namespace

CrfLattice::CrfLattice(std::shared_ptr<const kernel::TagGraph> graph, const kernel::CrfWeights& weights,
                       ConstTensorView emissions, const Packing& packing, Executor& executor)
    : graph_(std::move(graph)),
      packing_(packing),
      tables_(*graph_, weights),
      emissions_{arena_.allocate<real>(emissions.values().size()), emissions.shape},
      rows_(packing_, graph_->tags(), true, arena_) {
  std::ranges::copy(emissions.values(), emissions_.data);
  kernel::crf_forward(tables_, emissions_, packing_, rows_, executor);
  check_partition(rows_.log_partition, packing_);
  kernel::crf_backward(tables_, emissions_, packing_, rows_, executor);
}

double CrfLattice::probability(Index text, Index begin, std::span<const std::int32_t> tags) const {
  const bool is_text = text >= 0 && text < packing_.texts();
  if (!is_text || begin < 0 || begin > packing_.length(text) - std::ssize(tags)) {
    throw ArgumentError("crf: {} tags from token {} of text {} on are not in the batch", tags.size(), begin, text);
  }
  const auto known = [&](std::int32_t tag) { return tag >= 0 && tag < graph_->tags(); };
  if (!std::ranges::all_of(tags, known)) throw ArgumentError("crf: a tag must be in 0 … {}", graph_->tags() - 1);
  if (tags.empty()) return 1;
  const Index first = packing_.row(text, begin), last = packing_.row(text, begin + std::ssize(tags) - 1);
  double sum = rows_.alpha_shift[static_cast<std::size_t>(first)] + rows_.alpha.row(first)[tags.front()];
  for (std::size_t i = 1; i < tags.size(); ++i) {
    if (!graph_->may_follow(tags[i - 1], tags[i])) return 0;
    sum += tables_.transition(tags[i - 1], tags[i]);
    sum += emissions_.row(packing_.row(text, begin + static_cast<Index>(i)))[tags[i]];
  }
  sum += rows_.beta_shift[static_cast<std::size_t>(last)] + rows_.beta.row(last)[tags.back()];
  real p = std::min(static_cast<real>(sum - rows_.log_partition[static_cast<std::size_t>(text)]), real{0});
  kernel::exp({&p, 1}, {&p, 1});
  return p;
}

Crf::Crf(TagRules rules, const Rng* rng) : graph_(std::make_shared<const kernel::TagGraph>(std::move(rules))) {
  const Index tags = graph_->tags();
  transitions_ = &add_parameter("transitions", zeros({tags, tags}, rng));
  begin_ = &add_parameter("begin", zeros({tags}, rng));
  end_ = &add_parameter("end", zeros({tags}, rng));
}

kernel::CrfWeights Crf::weights() const {
  return {transitions_->value().data(), begin_->value().data(), end_->value().data()};
}

Var Crf::loss(const Sequence& emissions, const kernel::KnownTags& tags) const {
  Tape& tape = emissions.rows.tape();
  const CrfVars weights{tape.parameter(*transitions_), tape.parameter(*begin_), tape.parameter(*end_)};
  return crf_loss(emissions, weights, *graph_, tags);
}

std::vector<std::int32_t> Crf::decode(ConstTensorView emissions, const Packing& packing, Executor& executor) const {
  check(emissions, packing.rows(), graph_->tags());
  std::vector<std::int32_t> tags(static_cast<std::size_t>(packing.rows()));
  kernel::viterbi(*graph_, weights(), emissions, packing, tags, executor);
  for (Index text = 0; text < packing.texts(); ++text) {
    if (packing.length(text) == 0 || tags[static_cast<std::size_t>(packing.row(text, 0))] >= 0) continue;
    throw ArgumentError("crf: text {} of {} steps has no legal sequence of tags with a finite score", text,
                        packing.length(text));
  }
  return tags;
}

CrfLattice Crf::lattice(ConstTensorView emissions, const Packing& packing, Executor& executor) const {
  check(emissions, packing.rows(), graph_->tags());
  return {graph_, weights(), emissions, packing, executor};
}

std::vector<kernel::ScoredTags> Crf::best_by_count(ConstTensorView emissions,
                                                   std::span<const std::uint8_t> counts) const {
  check_counts(emissions, counts);
  return kernel::best_by_count(*graph_, weights(), emissions, counts);
}

std::vector<kernel::ScoredTags> Crf::best(ConstTensorView emissions, std::size_t count,
                                          const kernel::CountedSteps& only) const {
  check_counts(emissions, only.counts);
  return kernel::best_paths(*graph_, weights(), emissions, count, &only);
}

void Crf::check_counts(ConstTensorView emissions, std::span<const std::uint8_t> counts) const {
  check(emissions, emissions.shape.rows(), graph_->tags());
  if (std::ssize(counts) != graph_->tags())
    throw ArgumentError("crf: {} tags that count or not, expected {}", counts.size(), graph_->tags());
}

std::vector<TagPath> Crf::best(ConstTensorView emissions, std::size_t count) const {
  const Index steps = emissions.shape.rows();
  Executor alone(1);
  const CrfLattice sums = lattice(emissions, Packing(std::span(&steps, 1)), alone);
  std::vector<TagPath> paths;
  for (kernel::ScoredTags& scored : kernel::best_paths(*graph_, weights(), emissions, count)) {
    paths.push_back({std::move(scored.tags), scored.score - sums.log_partition()[0]});
  }
  return paths;
}

}  // namespace recura
