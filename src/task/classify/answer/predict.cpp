#include "task/classify/answer/predict.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/floating_state.h"

namespace recura {
namespace {

/// A text of more bytes is read as it is cut; its ids would take up to four times its memory.
constexpr std::size_t kLongText = std::size_t{1} << 20;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Softmax, or sigmoid of a single logit for two labels; in double, so that a probability near 1 stays below it.
void probabilities(std::span<const double> logits, const Decision& decision, std::span<double> result) {
  const double temperature = decision.temperature;
  if (decision.several) {
    for (std::size_t k = 0; k < logits.size(); ++k) result[k] = sigmoid(logits[k]);
    return;
  }
  if (logits.size() == 1) {
    result[1] = sigmoid(logits[0] / temperature);
    result[0] = sigmoid(-logits[0] / temperature);
    return;
  }
  const double most = *std::ranges::max_element(logits);
  double sum = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) sum += result[k] = std::exp((logits[k] - most) / temperature);
  for (double& p : result) p /= sum;
}

MeanLogits read_long(const ClassifierModel& model, const std::string& text, Executor& executor) {
  PieceReader reader(*model.network, model.encoder.pieces(), executor);
  model.encoder.each_id(text, [&](std::int32_t id) { reader.add(id); });
  return reader.finish();
}

}  // namespace

std::vector<double> probabilities(std::span<const MeanLogits> texts, std::size_t labels, const Decision& decision) {
  const FloatingState state;
  std::vector<double> result(texts.size() * labels);
  for (std::size_t text = 0; text < texts.size(); ++text)
    probabilities(texts[text].values(), decision, {&result[text * labels], labels});
  if (std::ranges::all_of(result, [](double p) { return std::isfinite(p); })) return result;
  throw DataError("the network gives a text no finite number: its weights are too large");
}

std::vector<double> predict(const Network& network, std::span<const std::vector<std::int32_t>> ids, std::size_t labels,
                            Executor& executor, const Decision& decision, TextPieces pieces) {
  return probabilities(piece_logits(network, ids, pieces, executor), labels, decision);
}

std::vector<double> predict(const ClassifierModel& model, std::span<const std::string> texts, Executor& executor) {
  const TextPieces pieces = model.encoder.pieces();
  const auto is_long = [&](const std::string& text) { return pieces.length > 0 && text.size() > kLongText; };
  std::vector<MeanLogits> logits;
  for (auto text = texts.begin(); text != texts.end();) {
    const auto next = std::find_if(text, texts.end(), is_long);
    const std::span<const std::string> together(text, next);
    std::ranges::move(piece_logits(*model.network, encode(model.encoder, together, executor).ids, pieces, executor),
                      std::back_inserter(logits));
    text = next;
    if (text != texts.end()) logits.push_back(read_long(model, *text++, executor));
  }
  return probabilities(logits, model.labels.size(), model.decision);
}

}  // namespace recura
