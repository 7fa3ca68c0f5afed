#include "task/classify/answer/piece_logits.h"

#include <algorithm>

#include "base/floating_state.h"
#include "grad/tape.h"

namespace recura {
namespace {

constexpr std::size_t kRoundLogits = std::size_t{4} << 20;
/// Of streams: what is read of all texts side by side together, in one go.
constexpr Index kStreamTokens = 8192;

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

/// The next piece of a text that begins at a token; empty behind its end.
IdSpan piece_at(IdSpan ids, Index begin, Index length) {
  const Index first = std::min(begin, std::ssize(ids));
  return part_of(ids, {first, std::min(first + length, std::ssize(ids))});
}

/// Reads texts, the longest first, side by side, and gives the logits of each.
void read_side_by_side(const Network& network, std::span<const IdSpan> texts, Index length,
                       std::span<MeanLogits* const> logits, Executor* executor) {
  StreamReader stream(network);
  for (Index begin = 0; begin < std::ssize(texts.front()); begin += length) {
    std::vector<IdSpan> pieces;
    for (const IdSpan& ids : texts) pieces.push_back(piece_at(ids, begin, length));
    stream.read(pieces, executor);
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const real* const row = stream.logits().row(static_cast<Index>(i));
    logits[i]->add({row, static_cast<std::size_t>(network.outputs())}, 1);
  }
}

/// Each thread has texts of similar length, but a few. Where a text is cut changes nothing, so all pieces of a step
/// together may be no longer than a batch.
void read_streams(const Network& network, std::vector<std::pair<IdSpan, MeanLogits*>> texts, Index length,
                  Executor& executor) {
  constexpr std::size_t kMostTogether = 16;
  if (texts.empty()) return;
  std::ranges::stable_sort(texts, std::ranges::greater{}, [](const auto& text) { return text.first.size(); });
  std::vector<IdSpan> ids;
  std::vector<MeanLogits*> logits;
  for (const auto& [text, its] : texts) {
    ids.push_back(text);
    logits.push_back(its);
  }
  const auto threads = static_cast<std::size_t>(executor.threads());
  const std::size_t together = std::min(kMostTogether, (texts.size() + threads - 1) / threads);
  const Index piece = std::min(length, kStreamTokens / static_cast<Index>(together));
  const std::size_t groups = (texts.size() + together - 1) / together;
  const auto read = [&](std::size_t group, Executor* inside) {
    const std::size_t first = group * together, count = std::min(together, texts.size() - first);
    read_side_by_side(network, std::span(ids).subspan(first, count), piece, std::span(logits).subspan(first, count),
                      inside);
  };
  if (groups == 1) return read(0, &executor);
  executor.run(static_cast<int>(groups), [&](int group) { read(static_cast<std::size_t>(group), nullptr); });
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

std::vector<MeanLogits> piece_logits(const Network& network, std::span<const std::vector<std::int32_t>> ids,
                                     TextPieces pieces, Executor& executor) {
  const FloatingState state;
  std::vector<MeanLogits> logits(ids.size());
  Round round;
  std::vector<std::pair<IdSpan, MeanLogits*>> streams;
  for (std::size_t text = 0; text < ids.size(); ++text) {
    if (pieces.stream && pieces.length > 0 && std::ssize(ids[text]) > pieces.length) {
      streams.emplace_back(ids[text], &logits[text]);
      continue;
    }
    for (const TokenWindow& one : cut_windows(std::ssize(ids[text]), pieces.length)) {
      round.add(part_of(ids[text], one), logits[text]);
      if (round.is_full(network)) read_round(network, round, executor);
    }
  }
  if (!round.windows.empty()) read_round(network, round, executor);
  read_streams(network, std::move(streams), pieces.length, executor);
  return logits;
}

PieceReader::PieceReader(const Network& network, TextPieces pieces, Executor& executor)
    : network_(network), pieces_(pieces), executor_(executor), stream_(network) {}

void PieceReader::add(std::int32_t id) {
  ids_.push_back(id);
  if (pieces_.stream) {
    if (std::ssize(ids_) == std::min(pieces_.length, kStreamTokens)) read_stream();
    return;
  }
  // The last window may still grow.
  if (std::ssize(ids_) < std::max(kRoundTokens, 2 * pieces_.length)) return;
  read_windows(cut_windows(std::ssize(ids_), pieces_.length).size() - 1);
}

MeanLogits PieceReader::finish() {
  if (!pieces_.stream) {
    read_windows(cut_windows(std::ssize(ids_), pieces_.length).size());
    return std::move(mean_);
  }
  read_stream();
  MeanLogits logits;
  logits.add(stream_.logits().values(), 1);
  return logits;
}

void PieceReader::read_stream() {
  const FloatingState state;
  const IdSpan piece(ids_);
  stream_.read({&piece, 1}, &executor_);
  ids_.clear();
}

void PieceReader::read_windows(std::size_t windows) {
  const FloatingState state;
  const std::vector<TokenWindow> all = cut_windows(std::ssize(ids_), pieces_.length);
  Round round;
  for (std::size_t i = 0; i < windows; ++i) {
    round.add(part_of(ids_, all[i]), mean_);
    if (round.is_full(network_)) read_round(network_, round, executor_);
  }
  if (!round.windows.empty()) read_round(network_, round, executor_);
  if (windows < all.size()) ids_.erase(ids_.begin(), ids_.begin() + all[windows].begin);
}

}  // namespace recura
