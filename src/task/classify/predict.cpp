#include "task/classify/predict.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/floating_state.h"
#include "data/batches.h"
#include "grad/tape.h"

namespace recura {
namespace {

constexpr int kTextsPerPart = 64;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Softmax, or sigmoid of a single logit for two labels; in double, so that a probability near 1 stays below it.
void probabilities(std::span<const real> logits, const Decision& decision, std::span<double> result) {
  const double temperature = decision.temperature;
  if (decision.several) {
    for (std::size_t k = 0; k < logits.size(); ++k) result[k] = sigmoid(static_cast<double>(logits[k]));
    return;
  }
  if (logits.size() == 1) {
    result[1] = sigmoid(static_cast<double>(logits[0]) / temperature);
    result[0] = sigmoid(-static_cast<double>(logits[0]) / temperature);
    return;
  }
  const auto most = static_cast<double>(*std::ranges::max_element(logits));
  double sum = 0;
  for (std::size_t k = 0; k < logits.size(); ++k)
    sum += result[k] = std::exp((static_cast<double>(logits[k]) - most) / temperature);
  for (double& p : result) p /= sum;
}

void check_finite(std::span<const double> probabilities) {
  if (std::ranges::all_of(probabilities, [](double p) { return std::isfinite(p); })) return;
  throw DataError("the network gives a text no finite number: its weights are too large");
}

}  // namespace

EncodedTexts encode(const TextEncoder& encoder, std::span<const std::string> texts, Executor& executor) {
  EncodedTexts result;
  result.ids.resize(texts.size());
  const int parts = static_cast<int>((texts.size() + kTextsPerPart - 1) / kTextsPerPart);
  std::vector<EncodedTexts> counts(static_cast<std::size_t>(parts));
  executor.run(parts, [&](int part) {
    EncodedTexts& count = counts[static_cast<std::size_t>(part)];
    const std::size_t begin = static_cast<std::size_t>(part) * kTextsPerPart;
    for (std::size_t row = begin; row < std::min(texts.size(), begin + kTextsPerPart); ++row) {
      EncodedText text = encoder.encode(texts[row]);
      text.ids.shrink_to_fit();
      count.tokens += static_cast<std::int64_t>(text.ids.size());
      count.unknown += text.unknown;
      count.dropped += text.dropped;
      result.ids[row] = std::move(text.ids);
    }
  });
  for (const EncodedTexts& count : counts) {
    result.tokens += count.tokens;
    result.unknown += count.unknown;
    result.dropped += count.dropped;
  }
  return result;
}

std::vector<double> predict(const Network& network, std::span<const std::vector<std::int32_t>> ids, std::size_t labels,
                            Executor& executor, const Decision& decision) {
  const FloatingState state;
  std::vector<double> result(ids.size() * labels);
  std::vector<Index> lengths;
  for (const auto& text : ids) lengths.push_back(static_cast<Index>(text.size()));
  const auto batches = batches_by_length(lengths);
  // A single batch has the threads for itself; of several, each has one.
  Executor* const inside = batches.size() == 1 ? &executor : nullptr;
  const auto read = [&](const std::vector<Index>& rows) {
    Tape tape(Mode::infer, Rng(0), inside);
    const PackedIds batch = pack(ids, rows);
    const ConstTensorView logits = network.forward(tape, batch.ids, batch.packing).value();
    const auto columns = static_cast<std::size_t>(network.outputs());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      probabilities({logits.row(static_cast<Index>(i)), columns}, decision,
                    {&result[static_cast<std::size_t>(rows[i]) * labels], labels});
    }
  };
  if (inside != nullptr) {
    read(batches.front());
  } else {
    executor.run(static_cast<int>(batches.size()), [&](int batch) { read(batches[static_cast<std::size_t>(batch)]); });
  }
  check_finite(result);
  return result;
}

std::vector<double> predict(const ClassifierModel& model, std::span<const std::vector<std::int32_t>> ids,
                            Executor& executor) {
  return predict(*model.network, ids, model.labels.size(), executor, model.decision);
}

}  // namespace recura
