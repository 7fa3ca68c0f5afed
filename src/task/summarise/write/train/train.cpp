#include "task/summarise/write/train/train.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "task/count_forms.h"
#include "task/precision_recall.h"
#include "task/summarise/write/report.h"
#include "task/summarise/write/write.h"
#include "task/train_subwords.h"

namespace recura {
namespace {

/// What texts are read by, and how many of its forms, the first ones, can be written.
struct Forms {
  TextEncoder encoder;
  Index outputs = 0;
};

/// All words that can be read, and first what can be written: forms of summaries, which stand there more often than
/// not.
Forms word_forms(std::span<const std::string> texts, std::span<const std::string> summaries, const WriteRecipe& recipe,
                 Executor& executor) {
  const Tokenizer tokenizer(recipe.rule);
  const VocabularyBuilder written = count_forms(tokenizer, summaries, executor);
  VocabularyBuilder all = count_forms(tokenizer, texts, executor);
  all.add(written);
  const Vocabulary first = written.build(recipe.min_count, recipe.max_outputs);
  std::vector<std::string> forms = first.forms();
  const Vocabulary read = all.build(recipe.min_count, recipe.max_vocabulary);
  for (const std::string& form : read.forms()) {
    if (first.id(form) == Vocabulary::kUnknown) forms.push_back(form);
  }
  if (recipe.start) forms = with_forms_of(*recipe.start, std::move(forms));
  return {TextEncoder(recipe.rule, Vocabulary(std::move(forms)), recipe.max_length), first.size()};
}

/// Of a language model that reads subwords: there are no others.
TextEncoder encoder_of(const LanguageModelParts& start, std::int64_t max_length) {
  const TextEncoder& from = start.encoder;
  return {from.tokenizer().rule(), from.vocabulary(), max_length, Keep::head, from.subwords()};
}

Forms make_forms(const std::vector<SummaryRow>& rows, const WriteRecipe& recipe, Executor& executor) {
  std::vector<std::string> texts, summaries;
  for (const SummaryRow& row : rows) {
    texts.push_back(row.text);
    summaries.push_back(row.summaries.front());
  }
  if (recipe.rule.unit != Unit::subword) return word_forms(texts, summaries, recipe, executor);
  std::ranges::move(summaries, std::back_inserter(texts));
  TextEncoder encoder = recipe.start ? encoder_of(*recipe.start, recipe.max_length)
                                     : subword_encoder({recipe.rule, recipe.max_length}, texts, recipe.subwords);
  const Index pieces = encoder.vocabulary().size();
  return {std::move(encoder), pieces};
}

Spacing learn_spacing(const TextEncoder& encoder, const std::vector<SummaryRow>& rows) {
  if (encoder.subwords() != nullptr) return Spacing({});
  SpacingCounter counter(encoder);
  for (const SummaryRow& row : rows) {
    counter.add(row.text);
    for (const std::string& summary : row.summaries) counter.add(summary);
  }
  return counter.spacing();
}

double unknown_share(const std::vector<WriteExample>& part) {
  std::int64_t unknown = 0, tokens = 0;
  for (const WriteExample& example : part) {
    unknown += example.source.unknown;
    tokens += std::ssize(example.source.ids);
  }
  return share(unknown, tokens);
}

std::int64_t words_of(const std::vector<WriteExample>& part) {
  std::int64_t words = 0;
  for (const WriteExample& example : part) words += std::ssize(example.numbers);
  return words;
}

void count(const std::vector<WriteExample>& train, const std::vector<WriteExample>& dev, WriteData& data) {
  data.train_texts = std::ssize(train);
  data.dev_texts = std::ssize(dev);
  data.words = words_of(train);
  std::int64_t copied = 0;
  for (const WriteExample& example : train) {
    data.tokens += std::ssize(example.source.ids);
    data.dropped += example.source.dropped;
    data.lost += std::ranges::count(example.numbers, -1);
    for (const std::int32_t number : example.numbers)
      copied += std::ranges::find(example.source.numbers, number) != example.source.numbers.end() ? 1 : 0;
  }
  data.copied = share(copied, data.words);
  data.train_unknown = unknown_share(train);
  data.dev_unknown = unknown_share(dev);
}

/// The unknown form's vector says nothing where every form of the training texts is known.
std::unique_ptr<WriteNetwork> make_network(const WriteRecipe& recipe, const Forms& forms) {
  WriteNetworkSpec spec = recipe.network;
  spec.vocabulary = forms.encoder.vocabulary().size();
  spec.outputs = forms.outputs;
  Rng rng = Rng(recipe.fit.seed).stream("weights");
  auto network = std::make_unique<WriteNetwork>(spec, &rng);
  std::fill_n(network->table().change().data(), spec.embedding, real{0});
  if (recipe.start) {
    take_over(*recipe.start, forms.encoder.vocabulary(), "embedding.table",
              {{"rnn0.", "encoder."}, {"rnn0.forward.", "decoder."}}, network->parameters());
    const LanguageNetwork& from = *recipe.start->network;
    std::copy_n(from.table().value().row(from.boundary()), spec.embedding,
                network->table().change().row(network->begin()));
  }
  network->set_training_precision(recipe.training_precision);
  return network;
}

/// As a search counts words: marks are none.
std::int64_t longest_summary(const std::vector<WriteExample>& examples) {
  std::int64_t longest = 1;
  for (const WriteExample& example : examples) {
    const auto is_word = [&](std::int32_t number) { return std::ranges::count(example.source.marks, number) == 0; };
    longest = std::max<std::int64_t>(longest, std::ranges::count_if(example.numbers, is_word));
  }
  return longest;
}

}  // namespace

std::vector<WriteExample> make_examples(const TextEncoder& encoder, Index outputs, std::span<const SummaryRow> rows,
                                        std::int64_t max_summary, Executor& executor) {
  std::vector<WriteExample> examples(rows.size());
  for_each_row(rows.size(), executor, [&](std::size_t i) {
    WriteExample& example = examples[i];
    example = make_example(encoder, outputs, rows[i].text, rows[i].summaries.front());
    if (std::ssize(example.ids) > max_summary) {
      example.ids.resize(static_cast<std::size_t>(max_summary));
      example.numbers.resize(example.ids.size());
    }
    example.source.tokens = {};
  });
  return examples;
}

TrainedWriter train_writer(GivenSummaries given, const WriteRecipe& recipe, Executor& executor,
                           const WriteCallbacks& callbacks) {
  SummaryParts parts = divide(std::move(given), recipe.dev_share, recipe.fit.seed);
  Forms forms = make_forms(parts.train, recipe, executor);
  const auto examples = [&](const std::vector<SummaryRow>& rows) {
    return make_examples(forms.encoder, forms.outputs, rows, recipe.max_summary, executor);
  };
  const auto train_part = examples(parts.train), dev_part = examples(parts.dev);
  WriteData data;
  count(train_part, dev_part, data);
  if (data.words == data.lost) throw DataError("no word of the summaries is frequent enough, or stands in its text");
  check_dev(parts, words_of(dev_part));
  data.vocabulary = forms.encoder.vocabulary().size();
  data.outputs = forms.outputs;
  const auto& scored = parts.dev.empty() ? parts.train : parts.dev;
  data.lead = mean_f1(summary_report(scored, lead_of(scored), {}, executor));
  FitOptions fit_options = with_epochs(recipe.fit, data.train_texts);
  data.epochs = fit_options.epochs;
  recipe.pace.lengthen_patience(fit_options);
  if (callbacks.data_known) callbacks.data_known(data);

  auto network = make_network(recipe, forms);
  Spacing spacing = learn_spacing(forms.encoder, parts.train);
  WriteModel model{std::move(forms.encoder), std::move(network), std::move(spacing), longest_summary(train_part), {}};
  check(model);
  WriteObjective objective(*model.network, train_part, dev_part, recipe.loss,
                           [&](Executor& own) { return mean_rouge(model, parts.dev, own); });
  objective.set_pace(recipe.pace);
  FitResult result = fit(objective, fit_options, executor, callbacks.fit);
  Narrowing narrowing;
  if (recipe.precision != Precision::float32) {
    narrowing = narrow(*model.network, recipe.precision, objective, data.dev_texts, executor);
    model.facts.narrowing = to_json(narrowing, "rouge");
  }
  return {std::move(model), data, std::move(result), narrowing};
}

}  // namespace recura
