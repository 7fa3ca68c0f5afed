#include "task/tag/train.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <recura/tagger.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "api/classify/state.h"
#include "api/input.h"
#include "api/tag/lexicon_files.h"
#include "api/tag/recipe.h"
#include "api/tag/state.h"
#include "api/training.h"
#include "base/checksum.h"
#include "base/error.h"
#include "data/tagged/tag_scheme.h"
#include "data/tagged/tagged_data.h"
#include "kernel/level.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

TaggedDataSummary summary_of(const TaggerData& data, TaggedDataSummary s) {
  s.train_texts = data.train_texts;
  s.dev_texts = data.dev_texts;
  s.tokens = data.tokens;
  s.types = data.types;
  s.labels = data.labels;
  s.dev_spans_unseen = data.dev_spans_unseen;
  s.words = data.words;
  s.characters = data.characters;
  s.lexicon = data.lexicon;
  s.vectors = summary_of(data.vectors);
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  return s;
}

/// "bio", or those of several files: "bioes and bio".
std::string schemes_of(const std::vector<TaggedFile>& files) {
  std::vector<std::string_view> names;
  for (const TaggedFile& file : files) {
    if (std::ranges::count(names, name(file.scheme)) == 0) names.push_back(name(file.scheme));
  }
  return fmt::format("{}", fmt::join(names, " and "));
}

TaggedDataSummary summary_of_files(const TaggedData& train, const std::optional<TaggedData>& dev, bool characters) {
  TaggedDataSummary s;
  s.format = name(train.format);
  if (train.format == TaggedFormat::conll) s.scheme = schemes_of(train.files);
  s.unit = characters ? "character" : "word";
  s.bad_rows = train.bad_rows;
  for (const std::int64_t count : train.bad_spans) s.bad_spans += count;
  s.repaired = train.repaired;
  s.problems = lines_of(train.problems);
  if (!dev) return s;
  s.dev_bad_rows = dev->bad_rows;
  s.dev_problems = lines_of(dev->problems);
  return s;
}

/// What is to be said of types that some files mark and others, or the model to begin with, do not.
std::vector<std::string> type_notes(const TaggedData& train, const TaggerModel* start, bool own_types) {
  const bool start_has_more = start != nullptr && !std::ranges::includes(train.types, start->tags.types());
  const bool differ = train.types_differ();
  if (own_types && !differ && !start_has_more)
    return {"--own-types changes nothing in training: no file marks a type that another one does not"};
  std::vector<std::string> notes;
  for (const TaggedFile& file : train.files) {
    if (own_types && file.types.empty())
      notes.push_back(fmt::format("{} marks no type: nothing about spans is learnt from it", file.name));
  }
  if (!own_types && differ)
    notes.emplace_back(
        "the files do not mark the same types; where one leaves the others' unmarked, --own-types says so");
  if (!own_types && start_has_more)
    notes.emplace_back(
        "the model to begin with knows types that no text marks, and unlearns them; where texts leave them unmarked, "
        "--own-types says so");
  return notes;
}

std::string digest_of(const std::vector<LexiconEntry>& entries) {
  if (entries.empty()) return "";
  Checksum checksum;
  for (const LexiconEntry& entry : entries) {
    for (const std::string* part : {&entry.form, &entry.type}) {
      const std::string with_end = *part + '\0';
      checksum.add(std::as_bytes(std::span(with_end)));
    }
  }
  return to_hex(checksum.value());
}

std::string facts_json(const TrainedTagger& trained, const std::string& train_digest, const std::string& dev_digest) {
  Json json{
      {"train_digest", train_digest}, {"train_texts", trained.data.train_texts}, {"dev_texts", trained.data.dev_texts}};
  if (!dev_digest.empty()) json["dev_digest"] = dev_digest;
  for (const auto& [type, count] : trained.data.types) json["spans_per_type"][type] = count;
  add_epochs(json, trained.fit, "f1");
  if (trained.outside_shift != 0)
    json.update({{"outside_shift", trained.outside_shift}, {"balanced_dev_f1", trained.balanced_f1}});
  return json.dump();
}

/// What a training reads.
struct TaggerFiles {
  TaggedData train;
  std::optional<TaggedData> dev;
  std::string dev_digest = {};
};

TaggerFiles read_files(const std::vector<std::string>& paths, const TaggerOptions& o) {
  TaggedReadOptions reading = tagged_read_options(o.input);
  reading.label_file = o.labels;
  TaggerFiles files{read_tagged_files(paths, reading), std::nullopt};
  check_labels(files.train);
  if (o.dev.empty()) return files;
  reading.label_file = o.dev_labels;
  files.dev = read_tagged(o.dev, reading);
  files.dev_digest = files.dev->digest;
  return files;
}

std::vector<std::string> notes_of(const TaggerOptions& o, const TaggerRecipe& recipe, const TaggedData& train) {
  std::vector<std::string> notes = precision_notes(o.training_precision, recipe.network.cell, false);
  const auto add = [&](std::vector<std::string> more) { std::ranges::move(more, std::back_inserter(notes)); };
  if (recipe.vectors) add(vector_notes(*recipe.vectors, o.vectors, o.embedding, TaggerOptions().embedding));
  const TaggerModel* const start = recipe.start && recipe.start->tagger ? &*recipe.start->tagger : nullptr;
  add(type_notes(train, start, o.input.own_types));
  return notes;
}

std::string start_note(const std::string& from, const TaggerStart& start, const TaggerData& data) {
  if (start.language)
    return fmt::format("begins with {}, whose text rule, vocabulary and recurrent layers it has; new words: {}", from,
                       data.new_words);
  return fmt::format("begins with {}, whose text rule, vocabularies and layers it has; new words: {}, new types: {}",
                     from, data.new_words, data.new_types);
}

CheckpointPlan checkpoint_of(const TaggerOptions& o, const TaggerRecipe& recipe, const TaggerFiles& files) {
  return checkpoint_of(o, "the task tag",
                       {{"train", files.train.digest},
                        {"dev", files.dev_digest},
                        {"vectors", recipe.vectors ? recipe.vectors->digest : ""},
                        {"lexicon", digest_of(recipe.lexicon)},
                        {"segmenter", digest_of(recipe.rule)},
                        {"model to begin with", recipe.start ? recipe.start->digest() : ""}});
}

/// @throws DataError  that names the files.
TrainedTagger train_named(TaggerFiles files, const std::string& dev, TaggerRecipe recipe, Executor& executor,
                          const std::function<void(const TaggerData&)>& data_known, const FitCallbacks& callbacks) {
  std::vector<std::string> names;
  for (const TaggedFile& file : files.train.files) names.push_back(file.name);
  if (!dev.empty()) names.push_back(shown(dev) + " (dev)");
  try {
    return train_tagger(std::move(files.train), std::move(files.dev), std::move(recipe), executor, data_known,
                        callbacks);
  } catch (const CheckpointError&) {
    throw;  // it names its own file
  } catch (const DataError& error) {
    throw DataError("{}: {}", fmt::join(names, ", "), error.what());
  }
}

}  // namespace

Tagger Tagger::train(const std::string& path, const TaggerOptions& options, const TaggerCallbacks& callbacks) {
  return train_on({path}, options, callbacks);
}

Tagger Tagger::train_on(const std::vector<std::string>& paths, const TaggerOptions& options,
                        const TaggerCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();  // a wrong RECURA_ISA is told before the data are read
  auto executor = make_executor(options.threads);
  const std::shared_ptr<const TaggerStart> start = start_of(options, read_tagger_start);
  TaggerFiles files = read_files(paths, options);
  const std::string train_digest = files.train.digest, dev_digest = files.dev_digest;
  const TextKind kind = kind_of(options, start.get(), files.train);
  LexiconFiles lexicon = read_lexicon(options.lexicon);
  TaggerRecipe recipe = recipe_of(options, kind, std::move(lexicon.entries), start);
  recipe.fit.checkpoint = checkpoint_of(options, recipe, files);
  TaggedDataSummary summary = summary_of_files(files.train, files.dev, kind.characters);
  summary.notes = std::move(lexicon.notes);
  std::ranges::move(notes_of(options, recipe, files.train), std::back_inserter(summary.notes));
  add_dev_note(train_digest, dev_digest, summary.notes);
  int epochs = 0;
  const auto data_known = [&](const TaggerData& data) {
    epochs = data.epochs;
    if (start) summary.notes.push_back(start_note(options.from, *start, data));
    if (callbacks.data) callbacks.data(summary_of(data, summary));
  };
  TrainedTagger trained = train_named(std::move(files), options.dev, std::move(recipe), *executor, data_known,
                                      fit_callbacks(callbacks, epochs));
  if (callbacks.balanced && trained.outside_shift != 0) callbacks.balanced(trained.outside_shift, trained.balanced_f1);
  if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
    callbacks.rounded(report_of(trained.narrowing, "F1"));
  trained.model.facts.options = told_options(options, start.get());
  trained.model.facts.training = facts_json(trained, train_digest, dev_digest);
  return Tagger(std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
}

}  // namespace recura
