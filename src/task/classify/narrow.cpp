#include "task/classify/narrow.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "task/classify/predict.h"
#include "task/classify/report.h"

namespace recura {

Narrowing narrow(Network& network, Precision precision, const LabelledIds& dev, std::size_t labels,
                 Executor& executor) {
  Narrowing change{network.precision(), precision, static_cast<std::int64_t>(dev.ids.size())};
  if (precision < change.from) {
    throw ArgumentError("the model's weights are {} already: {} would not bring back what they lost", name(change.from),
                        name(precision));
  }
  const auto score = [&](double& accuracy, double& log_loss) {
    if (dev.ids.empty()) return;
    const auto report = classification_report(dev.labels, predict(network, dev.ids, labels, executor), labels);
    accuracy = report.accuracy;
    log_loss = report.log_loss;
  };
  score(change.accuracy_before, change.log_loss_before);
  network.round_to(precision);
  score(change.accuracy, change.log_loss);
  return change;
}

std::string to_json(const Narrowing& change) {
  nlohmann::ordered_json json{{"from", name(change.from)}, {"to", name(change.to)}, {"dev_rows", change.rows}};
  if (change.rows > 0) {
    json.update({{"dev_accuracy_before", change.accuracy_before},
                 {"dev_accuracy", change.accuracy},
                 {"dev_loss_before", change.log_loss_before},
                 {"dev_loss", change.log_loss}});
  }
  return json.dump();
}

}  // namespace recura
