#include "api/training.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/input.h"
#include "kernel/level.h"
#include "task/tag/answer/segmenter.h"

namespace recura {
namespace {

/// An option that does nothing unless another one is given, or has one of these values, or has none of them.
struct Effect {
  enum class Unless { present, is, is_not };
  const char* option;
  Unless unless;
  const char* other;
  std::vector<std::string> values = {};
};

/// Options of words, which subwords have no use for.
constexpr const char* kOfWords[] = {"min-count", "max-vocabulary", "max-outputs", "dictionary", "vectors"};

std::string value_of(const std::vector<Option>& options, const std::string& name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  return found == options.end() ? "" : found->get();
}

/// The value of another enum at the place of this one.
template <typename To, std::size_t N, typename From>
To at_place(const To (&values)[N], From value) {
  return values[static_cast<std::size_t>(value)];
}

}  // namespace

kernel::Cell cell_of(TrainOptions::Cell cell) {
  using enum kernel::Cell;
  return at_place({rnn, lstm, gru, sru}, cell);
}

kernel::Activation activation_of(TrainOptions::Activation activation) {
  using enum kernel::Activation;
  return at_place({sigmoid, tanh, relu}, activation);
}

RecurrentInit init_of(TrainOptions::Init init) {
  return at_place({RecurrentInit::keras, RecurrentInit::pytorch}, init);
}

Unit unit_of(TrainOptions::Unit unit) { return at_place({Unit::word, Unit::character, Unit::subword}, unit); }

Normalization normalization_of(TrainOptions::Normalization normalization) {
  return at_place({Normalization::nfc, Normalization::nfkc}, normalization);
}

std::shared_ptr<const WordSplitter> segmenter_of(const std::string& path, const TextRule& rule) {
  if (rule.unit != Unit::word) throw ArgumentError("--segmenter: does nothing unless --unit is word");
  if (rule.dictionary) throw ArgumentError("--segmenter, --dictionary: the one or the other cuts words");
  return read_segmenter(ModelFile::open(path));
}

Precision precision_of(TrainOptions::TrainingPrecision precision) {
  return at_place({Precision::float32, Precision::bf16}, precision);
}

void check_values(const std::vector<Option>& options) {
  for (const Option& option : options) {
    if (!option.get().empty()) option.set(option.get());
  }
}

void check_effects(const std::vector<Option>& given, const std::vector<Option>& usual,
                   const std::function<bool(const Option&)>& is_of_start) {
  using enum Effect::Unless;
  const Effect effects[] = {{"subwords", is, "unit", {"subword"}},
                            {"dictionary", is_not, "unit", {"character"}},
                            {"freeze-vectors", present, "vectors"},
                            {"dev-labels", present, "dev"},
                            {"unlabelled", present, "virtual-adversarial"},
                            {"dictionary-mode", present, "dictionary"},
                            {"from-rate", present, "from"},
                            {"from-frozen", present, "from"},
                            {"activation", is, "cell", {"rnn"}},
                            {"reset-after", is, "cell", {"gru"}},
                            {"init", is_not, "cell", {"sru"}},
                            {"pool-embeddings", is_not, "pooling", {"last"}},
                            {"residual", is_not, "layers", {"1"}},
                            {"locked-dropout", is_not, "dropout", {"0"}},
                            {"ngram-size", is_not, "ngrams", {"1"}},
                            {"ngram-buckets", is_not, "ngrams", {"1"}},
                            {"momentum", is, "optimizer", {"sgd"}},
                            {"weight-decay", is, "optimizer", {"adamw"}},
                            {"decay", is, "schedule", {"step", "plateau"}},
                            {"decay-epochs", is, "schedule", {"step", "plateau"}}};
  for (const auto& [option, unless, other, values] : effects) {
    const std::string value = value_of(given, option), beside = value_of(given, other);
    if (value == value_of(usual, option)) continue;
    const auto decides = std::ranges::find(given, other, &Option::name);
    if (decides == given.end() || (!value_of(given, "from").empty() && is_of_start(*decides))) continue;
    const bool other_given = beside != value_of(usual, other), among = std::ranges::count(values, beside) > 0;
    if (unless == present && !other_given) throw ArgumentError("--{}: does nothing without --{}", option, other);
    if (unless == is && !among)
      throw ArgumentError("--{}: does nothing unless --{} is {}, it is {}", option, other, fmt::join(values, " or "),
                          beside);
    if (unless == is_not && among) throw ArgumentError("--{}: does nothing where --{} is {}", option, other, beside);
  }
  for (const char* const option : kOfWords) {
    if (value_of(given, "unit") == "subword" && value_of(given, option) != value_of(usual, option))
      throw ArgumentError("--{}: is of words, it does nothing where --unit is subword", option);
  }
}

bool is_of_model(const Option& option) {
  constexpr const char* kOfText[] = {"unit",       "subwords",  "normalization", "lower-case",
                                     "dictionary", "segmenter", "drop-html",     "max-length",
                                     "keep",       "lexicon",   "lexicon-count"};
  return option.group == "Network" || option.group == "Features of a token" ||
         std::ranges::count(kOfText, option.name) > 0;
}

void check_beside_start(const std::vector<Option>& given, const std::vector<Option>& usual,
                        const std::function<bool(const Option&)>& is_of_start) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (is_of_start(given[i]) && given[i].get() != usual[i].get())
      throw ArgumentError("--{}: does nothing beside --from, whose model decides it", given[i].name);
  }
  check_effects(given, usual, is_of_start);
}

std::string told_options(const std::string& all, const std::vector<Option>& options,
                         const std::function<bool(const Option&)>& is_of_start) {
  auto json = nlohmann::ordered_json::parse(all);
  for (const Option& option : options) {
    if (is_of_start(option)) json.erase(option.name);
  }
  return json.dump();
}

void describe_checkpoint(Describer& to, CheckpointOptions& o) {
  to.group("Interruptions")
      .add("checkpoint", o.checkpoint, "a file",
           "what a stopped training goes on from; without it, the model's name with .checkpoint; `none`: no file")
      .add("resume", o.resume, "go on from the checkpoint, if there is one, to the model of a training without a stop")
      .add("checkpoint-minutes", o.minutes, 0, kNoLimit,
           "in an epoch that takes longer, write it after so many minutes; 0: at the ends of epochs alone");
}

ScheduleOptions schedule_of(const StepOptions& options) {
  using enum ScheduleKind;
  return {at_place({constant, step, cosine, slanted, plateau}, options.schedule), options.warm_up, options.decay,
          static_cast<int>(options.decay_epochs)};
}

void describe_step(Describer& to, StepOptions& o) {
  to.add("schedule", o.schedule, {"constant", "step", "cosine", "slanted", "plateau"},
         "how the learning rate changes: falls by steps, like a cosine or in a slanted triangle, or when no epoch is "
         "better")
      .add("warm-up", o.warm_up, 0, 1, "share of the training in which the rate rises; slanted: 0 is a tenth")
      .add("decay", o.decay, 1e-6, 1, "what step and plateau multiply the rate by")
      .add("decay-epochs", o.decay_epochs, 1, 1'000'000,
           "step: after each so many epochs; plateau: after so many without a better one")
      .add("weight-decay", o.weight_decay, 0, kNoLimit, "of adamw: share of a weight, times the rate, lost in a step")
      .add("accumulate", o.accumulate, 1, 1'000'000, "batches whose gradients make one step")
      .add("batch-tokens", o.batch_tokens, 0, kMany, "tokens of a batch, at most; 0: no limit but batch-size");
}

std::string options_json(const std::vector<Option>& described) {
  constexpr std::string_view kLeftOut[] = {"threads",           "dev", "labels", "dev-labels", "checkpoint", "resume",
                                           "checkpoint-minutes"};
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Option& option : described) {
    if (std::ranges::count(kLeftOut, option.name) == 0) json[option.name] = option.get();
  }
  return json.dump();
}

CheckpointPlan checkpoint_of(const CheckpointOptions& o, std::string options, const char* task,
                             nlohmann::ordered_json data) {
  if (!o.checkpoint.empty() && !o.resume) check_checkpoint(o.checkpoint);
  data["unicode"] = Tokenizer::version();
  return {o.checkpoint, o.resume, o.minutes, std::move(options), data.dump(), task};
}

void add_epochs(nlohmann::ordered_json& facts, const FitResult& fit, const std::string& score) {
  facts["epochs"] = nlohmann::ordered_json::array();
  for (const FitProgress& epoch : fit.epochs) {
    nlohmann::ordered_json one{{"epoch", epoch.epoch}, {"loss", epoch.loss}};
    if (!std::isnan(epoch.dev_score)) one.update({{"dev_" + score, epoch.dev_score}, {"dev_loss", epoch.dev_loss}});
    if (!epoch.gradient_flow.empty()) one["gradient_flow"] = epoch.gradient_flow;
    facts["epochs"].push_back(std::move(one));
  }
  facts["best_epoch"] = fit.best_epoch;
  facts["interrupted"] = fit.interrupted;
}

VectorSummary summary_of(const VectorCoverage& coverage) {
  return {coverage.distinct, coverage.with_vectors, coverage.without_vector};
}

std::vector<std::string> vector_notes(const WordVectors& vectors, const std::string& path, Index asked, Index usual) {
  std::vector<std::string> notes;
  if (vectors.bad_rows > 0)
    notes.push_back(
        fmt::format("{}: bad lines: {}; the first: {}", path, vectors.bad_rows, lines_of(vectors.problems).front()));
  if (asked != usual && asked != vectors.dimensions)
    notes.push_back(
        fmt::format("{}: has vectors of {} numbers, so the embedding is not {}", path, vectors.dimensions, asked));
  return notes;
}

std::vector<std::string> precision_notes(TrainOptions::TrainingPrecision wanted, kernel::Cell cell, bool is_before) {
  if (wanted == TrainOptions::TrainingPrecision::float32) return {};
  if (!kernel::level().multiplies_narrow())
    return {fmt::format("training in float32: the level {} does not multiply bf16 numbers", kernel::level().name())};
  if (cell == kernel::Cell::sru || is_before)
    return {"training in float32: neither the cell sru nor gru with the reset before the product has bf16 kernels"};
  return {};
}

void add_dev_note(const std::string& train_digest, const std::string& dev_digest, std::vector<std::string>& notes) {
  if (dev_digest == train_digest)
    notes.emplace_back(
        "the dev texts are those of training: dev scores, and what is chosen by them, say nothing of others");
}

}  // namespace recura
