#include <recura/sequential.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/sequential/ranges.h"
#include "api/sequential/state.h"
#include "api/training.h"
#include "base/checksum.h"
#include "task/classify/objective.h"

namespace recura {
namespace {

/// Of texts with their labels.
std::string digest_of(const LabelledIds& rows) {
  Checksum sum;
  const auto add = [&](std::span<const std::int32_t> numbers) {
    const auto count = static_cast<std::int32_t>(numbers.size());
    sum.add(std::as_bytes(std::span(&count, 1)));
    sum.add(std::as_bytes(numbers));
  };
  for (std::size_t i = 0; i < rows.ids.size(); ++i) {
    add(rows.ids[i]);
    add(rows.labels[i]);
  }
  return to_hex(sum.value());
}

/// What a fit must share with the one that it goes on from.
CheckpointPlan plan_of(const FitArguments& a, const CompileOptions& o, const Network& network, const LabelledIds& train,
                       const LabelledIds& dev) {
  const auto& [path, resume, minutes] = a.checkpoint;
  if (path.empty() && resume) throw ArgumentError("fit: checkpoint.resume without the name of a checkpoint");
  if (path.empty()) return {};
  constexpr const char* kLosses[] = {"binary_crossentropy", "categorical_crossentropy"};
  constexpr const char* kOptimizers[] = {"sgd", "adam", "lazy_adam"};
  if (!resume) check_checkpoint(path);
  const nlohmann::json data{{"x and y", digest_of(train)}, {"validation", digest_of(dev)}};
  nlohmann::json options{{"layers", to_json(network.layers())}};
  const auto add = [&](const char* name, auto value) { options[name] = fmt::format("{}", value); };
  add("loss", kLosses[static_cast<std::size_t>(o.loss)]);
  add("optimizer", kOptimizers[static_cast<std::size_t>(o.optimizer)]);
  add("learning_rate", o.learning_rate);
  add("momentum", o.momentum);
  add("clip_norm", o.clip_norm);
  add("clip_value", o.clip_value);
  add("seed", o.seed);
  add("epochs", a.epochs);
  add("batch_size", a.batch_size);
  add("patience", a.patience);
  add("shuffle", a.shuffle);
  add("group_by_length", a.group_by_length);
  return {path, resume, minutes, options.dump(), data.dump(), "a sequential network"};
}

void check_arguments(const FitArguments& a) {
  constexpr std::int64_t kMost = 1'000'000;
  check_range("epochs", a.epochs, 1, kMost);
  check_range("batch_size", a.batch_size, 1, kMost);
  check_range("patience", a.patience, 0, kMost);
  check_least("checkpoint.minutes", a.checkpoint.minutes, 0);
}

EpochResult result_of(const FitProgress& p) {
  const double speed = p.seconds > 0 ? static_cast<double>(p.steps_of_text) / p.seconds : 0;
  return {p.epoch, p.loss, p.dev_loss, p.dev_score, p.seconds, speed};
}

}  // namespace

std::vector<EpochResult> Sequential::fit(const Ids& x, const std::vector<std::int32_t>& y,
                                         const FitArguments& arguments) {
  check_arguments(arguments);
  state_->check(x);
  state_->check(arguments.validation_x);
  const LabelledIds train{x, one_each(y)}, dev{arguments.validation_x, one_each(arguments.validation_y)};
  ClassificationObjective objective(*state_->network, train, dev);
  const CompileOptions& o = state_->options;
  FitOptions options{.epochs = arguments.epochs,
                     .batch_size = arguments.batch_size,
                     .optimiser = optimiser_of(o.optimizer),
                     .learning_rate = o.learning_rate,
                     .momentum = o.momentum,
                     .clip_norm = o.clip_norm,
                     .clip_value = o.clip_value,
                     .patience = arguments.patience,
                     .shuffle = arguments.shuffle,
                     .group_by_length = arguments.group_by_length,
                     .seed = o.seed};
  options.checkpoint = plan_of(arguments, o, *state_->network, train, dev);
  std::vector<EpochResult> history;
  FitCallbacks callbacks{.progress = {}, .should_stop = arguments.should_stop, .note = {}};
  callbacks.progress = [&](const FitProgress& progress) {
    if (!progress.epoch_ended) return;
    history.push_back(result_of(progress));
    if (arguments.on_epoch) arguments.on_epoch(history.back());
  };
  const FitResult result = recura::fit(objective, options, *state_->executor, callbacks);
  std::error_code unknown;
  if (!result.interrupted) std::filesystem::remove(arguments.checkpoint.checkpoint, unknown);
  return history;
}

}  // namespace recura
