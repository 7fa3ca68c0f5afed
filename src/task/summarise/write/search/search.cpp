#include "task/summarise/write/search/search.h"

#include <algorithm>

#include "base/floating_state.h"
#include "data/batches.h"
#include "task/summarise/write/search/batch_search.h"

namespace recura {
namespace {

/// Logits that are held at once, whatever the beam and the summaries' length: 64 MB.
constexpr Index kMostLogits = Index{1} << 24;

std::vector<std::vector<FoundSummary>> best_of(const TextBatch& batch, const SearchOptions& options) {
  std::vector<std::vector<FoundSummary>> result;
  for (const Beam& beam : find_summaries(batch, options.beam)) {
    auto& own = result.emplace_back();
    for (Hypothesis& one : beam.found()) {
      if (std::ssize(own) < options.count) own.push_back({std::move(one.words), {}, one.log_p, one.score});
    }
  }
  return result;
}

/// Adds where their words come from to the summaries of one rank, so many words at a time as memory allows.
void add_origins(const TextBatch& batch, std::size_t rank, bool attends,
                 std::vector<std::vector<FoundSummary>>& found) {
  const Index most_words = std::max<Index>(1, kMostLogits / batch.outputs());
  for (std::size_t text = 0; text < found.size();) {
    std::vector<std::vector<std::int32_t>> summaries(found.size());
    const std::size_t first = text;
    Index words = 0;
    for (; text < found.size(); ++text) {
      if (rank >= found[text].size()) continue;
      words += std::ssize(found[text][rank].words);
      if (text > first && words > most_words) break;
      summaries[text] = found[text][rank].words;
    }
    if (words == 0) continue;
    auto origins = find_origins(batch, summaries, attends);
    for (std::size_t i = first; i < text; ++i) {
      if (rank < found[i].size()) found[i][rank].origins = std::move(origins[i]);
    }
  }
}

/// The places of the texts that have words.
std::vector<Index> places_of(std::span<const WriteSource> sources) {
  std::vector<Index> places;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (!sources[i].ids.empty()) places.push_back(static_cast<Index>(i));
  }
  return places;
}

/// Batches of places of texts of similar length, none with more than so many.
std::vector<std::vector<Index>> batches_of(std::span<const WriteSource> sources, std::size_t most) {
  const std::vector<Index> places = places_of(sources);
  std::vector<Index> lengths;
  for (const Index place : places) lengths.push_back(std::ssize(sources[static_cast<std::size_t>(place)].ids));
  std::vector<std::vector<Index>> batches;
  for (const std::vector<Index>& rows : batches_by_length(lengths)) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i % most == 0) batches.emplace_back();
      batches.back().push_back(places[static_cast<std::size_t>(rows[i])]);
    }
  }
  return batches;
}

}  // namespace

std::vector<std::vector<FoundSummary>> search(const WriteNetwork& network, std::span<const WriteSource> sources,
                                              const SearchOptions& options, Executor& executor) {
  const FloatingState state;
  std::vector<std::vector<FoundSummary>> result(sources.size());
  const std::shared_ptr<const kernel::ColumnBlocks> output_matrix = network.output_matrix();
  const Index logits = options.beam.beam * network.spec().outputs;  // of a step of one text
  const auto batches = batches_of(sources, static_cast<std::size_t>(std::max<Index>(1, kMostLogits / logits)));
  // A single batch has the threads for itself; of several, each has one.
  Executor* const inside = batches.size() == 1 ? &executor : nullptr;
  const auto search_one = [&](int index) {
    const std::vector<Index>& places = batches[static_cast<std::size_t>(index)];
    std::vector<const WriteSource*> own;
    for (const Index place : places) own.push_back(&sources[static_cast<std::size_t>(place)]);
    const TextBatch batch(network, *output_matrix, std::move(own), inside);
    auto found = best_of(batch, options);
    for (std::size_t rank = 0; rank < static_cast<std::size_t>(options.count); ++rank)
      add_origins(batch, rank, options.attended > 0, found);
    for (std::size_t i = 0; i < places.size(); ++i) result[static_cast<std::size_t>(places[i])] = std::move(found[i]);
  };
  if (inside != nullptr) {
    search_one(0);
  } else {
    executor.run(static_cast<int>(batches.size()), search_one);
  }
  return result;
}

}  // namespace recura
