#pragma once

#include <recura/classifier.h>
#include <recura/options.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/describer.h"
#include "layer/recurrent.h"
#include "task/precision_recall.h"
#include "task/start_pace.h"
#include "task/word_vectors.h"
#include "text/tokenizer.h"
#include "train/trainer.h"

namespace recura {

// What training is to every task: options of the same names, whatever struct they stand in, and what is made of them.

inline constexpr std::int64_t kMostThreads = 1024;

kernel::Cell cell_of(TrainOptions::Cell cell);
kernel::Activation activation_of(TrainOptions::Activation activation);
RecurrentInit init_of(TrainOptions::Init init);
Unit unit_of(TrainOptions::Unit unit);
Normalization normalization_of(TrainOptions::Normalization normalization);
/// The segmenter in a model's file, for a rule to cut words by.
/// @throws ArgumentError            if the rule does not cut words, or by the dictionary.
/// @throws DataError, SystemError   if the file is no segmenter, or cannot be read.
std::shared_ptr<const WordSplitter> segmenter_of(const std::string& path, const TextRule& rule);

/// How options ask for texts to be cut. @throws  as `segmenter_of`.
template <typename Options>
TextRule rule_of(const Options& o) {
  TextRule rule{
      .normalization = normalization_of(o.normalization), .lower_case = o.lower_case, .dictionary = o.dictionary};
  if constexpr (requires { o.unit; }) rule.unit = unit_of(o.unit);
  if constexpr (requires { o.drop_html; }) rule.drop_html = o.drop_html;
  if (!o.segmenter.empty()) rule.splitter = segmenter_of(o.segmenter, rule);
  return rule;
}
/// Of its segmenter; empty without one.
inline std::string digest_of(const TextRule& rule) { return rule.splitter ? rule.splitter->digest() : ""; }

Precision precision_of(TrainOptions::TrainingPrecision precision);
ScheduleOptions schedule_of(const StepOptions& options);

/// Of `TrainOptions` or of `Sequential`.
template <typename Optimizer>
OptimiserKind optimiser_of(Optimizer optimizer) {
  constexpr OptimiserKind kKinds[] = {OptimiserKind::sgd, OptimiserKind::adam, OptimiserKind::lazy_adam,
                                      OptimiserKind::adamw, OptimiserKind::rmsprop};
  return kKinds[static_cast<std::size_t>(optimizer)];
}

void describe_step(Describer& to, StepOptions& options);
void describe_checkpoint(Describer& to, CheckpointOptions& options);

/// The options that say how a network is fitted; `score`: what the dev score is called, `best_by`: the help of the
/// choice.
template <typename Options>
void describe_fit(Describer& to, Options& o, const std::string& score, const char* best_by) {
  to.group("Training")
      .add("dev", o.dev, "a file", "texts to choose the best epoch by")
      .add("dev-share", o.dev_share, 0, 1, "share of the training texts to hold back if there is no dev file")
      .add("epochs", o.epochs, 0, 1'000'000,
           "times to go through the texts; 0: ten (thirty for a classifier or tagger with dev texts), and more for few "
           "texts")
      .add("batch-size", o.batch_size, 1, 1'000'000, "texts of one step")
      .add("optimizer", o.optimizer, {"sgd", "adam", "lazy-adam", "adamw", "rmsprop"},
           "how weights follow their gradients; lazy-adam moves only the vectors of words in the batch")
      .add("learning-rate", o.learning_rate, 1e-12, kNoLimit, "size of a step")
      .add("momentum", o.momentum, 0, 1, "of sgd");
  describe_step(to, o.step);
  to.add("clip-norm", o.clip_norm, 0, kNoLimit, "limit of the gradient's global norm; 0: none")
      .add("clip-value", o.clip_value, 0, kNoLimit, "limit of each element of the gradient; 0: none")
      .add("average", o.average, 0, 1, "decay of the running mean of the weights that is scored and kept; 0: none")
      .add("best-by", o.best_by, {"loss", score}, best_by)
      .add("patience", o.patience, 0, 1'000'000,
           "stop after so many epochs without a better one, and more of them if there are more than ten epochs for few "
           "texts; 0: never")
      .add("shuffle", o.shuffle, "take the texts in another order in each epoch")
      .add("group-by-length", o.group_by_length, "put texts of similar length into one batch")
      .add("seed", o.seed, 0, kMany, "of all random numbers; the same seed gives the same model, bit for bit")
      .add("training-precision", o.training_precision, {"float32", "bf16"},
           "numbers that recurrent layers multiply in training; bf16 is faster where the processor multiplies it "
           "(not for sru, and gru with the reset before)")
      .add("precision", o.precision, {"float32", "bf16", "int8"},
           "numbers that the weights are rounded to in the end: half or a quarter of the size, and faster where the "
           "processor multiplies them")
      .add("threads", o.threads, 0, kMostThreads, "threads to use; 0: all cores that the process may use");
  describe_checkpoint(to, o.checkpoint);
}

/// How fast what training begins with is learnt.
template <typename Options>
void describe_pace(Describer& to, Options& o) {
  to.add("from-rate", o.from_rate, 0, Including{1},
         "learning rate of each of its layers, as a share of that of the layer behind it")
      .add("from-frozen", o.from_frozen, 0, 1'000'000,
           "epochs that each of its layers waits longer than the layer behind it before it learns; the embedding waits "
           "longest");
}

template <typename Options>
StartPace pace_of(const Options& o) {
  return {.rate = o.from_rate, .frozen = static_cast<int>(o.from_frozen)};
}

template <typename Options>
FitOptions fit_of(const Options& o) {
  return {.epochs = static_cast<int>(o.epochs),
          .batch_size = o.batch_size,
          .optimiser = optimiser_of(o.optimizer),
          .learning_rate = o.learning_rate,
          .schedule = schedule_of(o.step),
          .momentum = o.momentum,
          .weight_decay = o.step.weight_decay,
          .clip_norm = o.clip_norm,
          .clip_value = o.clip_value,
          .average = o.average,
          .best_by = o.best_by == Options::BestBy::loss ? BestBy::loss : BestBy::score,
          .patience = static_cast<int>(o.patience),
          .batch_steps = o.step.batch_tokens,
          .accumulate = static_cast<int>(o.step.accumulate),
          .shuffle = o.shuffle,
          .group_by_length = o.group_by_length,
          .seed = static_cast<std::uint64_t>(o.seed)};
}

/// Whether a classifier or tagger that goes on as it is decides an option: how texts are read, and the network.
bool is_of_model(const Option& option);

/// `is_of_start`: options that the model to begin with, if there is one, decides.
/// @throws ArgumentError  if an option of `given` is not as usual and does nothing beside the others; names both.
void check_effects(const std::vector<Option>& given, const std::vector<Option>& usual,
                   const std::function<bool(const Option&)>& is_of_start);

/// Sets each to what it is. @throws ArgumentError  if that is out of its range.
void check_values(const std::vector<Option>& options);

/// @throws ArgumentError  if a field is out of its range, or does nothing beside the others.
template <typename Options>
void check_ranges(Options options) {
  const std::vector<Option> given = describe(options);
  check_values(given);
  Options usual;
  check_effects(given, describe(usual), is_of_model);
}

/// All options but those that do not change the model: where files lie, and threads.
std::string options_json(const std::vector<Option>& described);
template <typename Options>
std::string options_json(Options options) {
  return options_json(describe(options));
}

/// Keeps options from being given that do nothing, as a model that training begins with decides them.
/// @throws ArgumentError  if one of these is not as usual, and as `check_effects`.
void check_beside_start(const std::vector<Option>& given, const std::vector<Option>& usual,
                        const std::function<bool(const Option&)>& is_of_start);
/// Options as JSON, `all`, without those.
std::string told_options(const std::string& all, const std::vector<Option>& options,
                         const std::function<bool(const Option&)>& is_of_start);

/// `task`: what is trained, in words; `data`: digests of all that is read, by name.
/// @throws ArgumentError, SystemError  as `check_checkpoint`.
CheckpointPlan checkpoint_of(const CheckpointOptions& o, std::string options, const char* task,
                             nlohmann::ordered_json data);
template <typename Options>
CheckpointPlan checkpoint_of(const Options& o, const char* task, const nlohmann::ordered_json& data) {
  return checkpoint_of(o.checkpoint, options_json(o), task, data);
}

/// Adds what a run found: each epoch, the best one; `score`: what the dev score is called, "accuracy".
void add_epochs(nlohmann::ordered_json& facts, const FitResult& fit, const std::string& score);

/// As the api shows it.
VectorSummary summary_of(const VectorCoverage& coverage);

/// What is to be said of vectors from a file: rows left out; that their size decides, where `asked` is another one
/// than the usual.
std::vector<std::string> vector_notes(const WordVectors& vectors, const std::string& path, Index asked, Index usual);

/// What was asked for and cannot be had here; `is_before`: a GRU with the reset before the product.
std::vector<std::string> precision_notes(TrainOptions::TrainingPrecision wanted, kernel::Cell cell, bool is_before);

/// Adds what is to be said where the dev texts are those of training.
void add_dev_note(const std::string& train_digest, const std::string& dev_digest, std::vector<std::string>& notes);

/// The caller's callbacks, as a fit calls them; `epochs` must outlive them.
template <typename Callbacks>
FitCallbacks fit_callbacks(const Callbacks& callbacks, const int& epochs) {
  FitCallbacks inside{.progress = {}, .should_stop = callbacks.should_stop, .note = callbacks.note};
  if (!callbacks.progress) return inside;
  inside.progress = [&callbacks, &epochs](const FitProgress& p) {
    callbacks.progress({p.epoch, epochs, p.rows_done, p.rows, p.steps_of_text, p.loss, p.seconds, p.epoch_ended, p.best,
                        p.dev_score, p.dev_loss, p.rate, p.gradient_norm, share(p.clipped, p.steps), p.gradient_flow});
  };
  return inside;
}

}  // namespace recura
