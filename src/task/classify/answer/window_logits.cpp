#include "task/classify/answer/window_logits.h"

#include <algorithm>

#include "base/floating_state.h"
#include "grad/tape.h"

namespace recura {
namespace {

constexpr std::size_t kRoundLogits = std::size_t{4} << 20;

/// Windows to read in one go, and the text that each belongs to.
struct Round {
  std::vector<IdSpan> windows;
  std::vector<MeanLogits*> texts;
  Index tokens = 0;

  void add(IdSpan window, MeanLogits& text) {
    windows.push_back(window);
    texts.push_back(&text);
    tokens += std::ssize(window);
  }
  bool is_full(const Network& network) const {
    return tokens >= kRoundTokens || windows.size() * static_cast<std::size_t>(network.outputs()) >= kRoundLogits;
  }
};

/// Logits [windows, outputs].
std::vector<real> logits_of(const Network& network, std::span<const IdSpan> windows, Executor& executor) {
  const auto columns = static_cast<std::size_t>(network.outputs());
  std::vector<real> result(windows.size() * columns);
  std::vector<Index> lengths;
  for (const IdSpan& window : windows) lengths.push_back(std::ssize(window));
  const auto batches = batches_by_length(lengths);
  // A single batch has the threads for itself; of several, each has one.
  Executor* const inside = batches.size() == 1 ? &executor : nullptr;
  const auto read = [&](const std::vector<Index>& rows) {
    Tape tape(Mode::infer, Rng(0), inside);
    std::vector<IdSpan> some;
    for (const Index row : rows) some.push_back(windows[static_cast<std::size_t>(row)]);
    const PackedIds batch = pack(some);
    const ConstTensorView logits = network.forward(tape, batch.ids, batch.packing).value();
    for (std::size_t i = 0; i < rows.size(); ++i)
      std::copy_n(logits.row(static_cast<Index>(i)), columns, &result[static_cast<std::size_t>(rows[i]) * columns]);
  };
  if (inside != nullptr) {
    read(batches.front());
  } else {
    executor.run(static_cast<int>(batches.size()), [&](int batch) { read(batches[static_cast<std::size_t>(batch)]); });
  }
  return result;
}

void read_round(const Network& network, Round& round, Executor& executor) {
  const auto columns = static_cast<std::size_t>(network.outputs());
  const std::vector<real> logits = logits_of(network, round.windows, executor);
  for (std::size_t i = 0; i < round.windows.size(); ++i)
    round.texts[i]->add(std::span(logits).subspan(i * columns, columns), std::ssize(round.windows[i]));
  round = {};
}

}  // namespace

IdSpan part_of(IdSpan ids, const TokenWindow& window) {
  return ids.subspan(static_cast<std::size_t>(window.begin), static_cast<std::size_t>(window.length()));
}

void MeanLogits::add(std::span<const real> logits, Index tokens) {
  mean_.resize(logits.size());
  const auto weight = static_cast<double>(std::max(tokens, Index{1}));
  tokens_ += weight;
  const double share = weight / tokens_;
  for (std::size_t k = 0; k < logits.size(); ++k) mean_[k] += share * (static_cast<double>(logits[k]) - mean_[k]);
}

std::vector<MeanLogits> window_logits(const Network& network, std::span<const std::vector<std::int32_t>> ids,
                                      Index window, Executor& executor) {
  const FloatingState state;
  std::vector<MeanLogits> means(ids.size());
  Round round;
  for (std::size_t text = 0; text < ids.size(); ++text) {
    for (const TokenWindow& one : cut_windows(std::ssize(ids[text]), window)) {
      round.add(part_of(ids[text], one), means[text]);
      if (round.is_full(network)) read_round(network, round, executor);
    }
  }
  if (!round.windows.empty()) read_round(network, round, executor);
  return means;
}

WindowStream::WindowStream(const Network& network, Index window, Executor& executor)
    : network_(network), window_(window), executor_(executor) {}

void WindowStream::add(std::int32_t id) {
  ids_.push_back(id);
  // The last window may still grow.
  if (std::ssize(ids_) < std::max(kRoundTokens, 2 * window_)) return;
  read(cut_windows(std::ssize(ids_), window_).size() - 1);
}

MeanLogits WindowStream::finish() {
  read(cut_windows(std::ssize(ids_), window_).size());
  return std::move(mean_);
}

void WindowStream::read(std::size_t windows) {
  const FloatingState state;
  const std::vector<TokenWindow> all = cut_windows(std::ssize(ids_), window_);
  Round round;
  for (std::size_t i = 0; i < windows; ++i) {
    round.add(part_of(ids_, all[i]), mean_);
    if (round.is_full(network_)) read_round(network_, round, executor_);
  }
  if (!round.windows.empty()) read_round(network_, round, executor_);
  if (windows < all.size()) ids_.erase(ids_.begin(), ids_.begin() + all[windows].begin);
}

}  // namespace recura
