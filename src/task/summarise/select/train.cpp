#include "task/summarise/select/train.h"

#include <algorithm>

#include "base/error.h"
#include "task/count_forms.h"
#include "task/precision_recall.h"
#include "task/summarise/select/oracle.h"
#include "text/bytes.h"

namespace recura {
namespace {

Vocabulary make_vocabulary(const std::vector<SummaryRow>& rows, const SelectRecipe& recipe, Executor& executor) {
  std::vector<std::string> texts;
  for (const SummaryRow& row : rows) texts.push_back(row.text);
  const VocabularyBuilder counts = count_forms(Tokenizer(recipe.rule), texts, executor);
  const Vocabulary own = counts.build(recipe.min_count, recipe.max_vocabulary);
  return recipe.start ? Vocabulary(with_forms_of(*recipe.start, own.forms())) : own;
}

double unknown_share(const LabelledDocuments& part) {
  std::int64_t unknown = 0, tokens = 0;
  for (const Document& document : part.documents) unknown += document.unknown, tokens += document.tokens;
  return share(unknown, tokens);
}

double lead_of(const LabelledDocuments& part) {
  std::int64_t right = 0, wanted = 0;
  for (const std::vector<bool>& keep : part.keep) {
    const auto count = std::ranges::count(keep, true);
    right += std::count(keep.begin(), keep.begin() + count, true);
    wanted += count;
  }
  return share(right, wanted);
}

std::int64_t kept_of(const LabelledDocuments& part) {
  std::int64_t kept = 0;
  for (const std::vector<bool>& keep : part.keep) kept += std::ranges::count(keep, true);
  return kept;
}

void count(const LabelledDocuments& train, const LabelledDocuments& dev, SelectData& data) {
  data.train_texts = std::ssize(train.documents);
  data.dev_texts = std::ssize(dev.documents);
  for (const Document& document : train.documents) {
    data.sentences += std::ssize(document.sentences);
    data.tokens += document.tokens;
    data.dropped += document.dropped;
  }
  data.kept = kept_of(train);
  data.train_unknown = unknown_share(train);
  data.dev_unknown = unknown_share(dev);
  data.lead = lead_of(dev.documents.empty() ? train : dev);
}

/// The unknown form's vector says nothing where every form of the training texts is known.
std::unique_ptr<SelectNetwork> make_network(const SelectRecipe& recipe, const Vocabulary& forms) {
  SelectNetworkSpec spec = recipe.network;
  spec.vocabulary = forms.size();
  Rng rng = Rng(recipe.fit.seed).stream("weights");
  auto network = std::make_unique<SelectNetwork>(spec, &rng);
  std::fill_n(network->table().change().data(), spec.embedding, real{0});
  if (recipe.start) take_over(*recipe.start, forms, "embedding.table", {{"rnn0.", "sentence."}}, network->parameters());
  network->set_training_precision(recipe.training_precision);
  return network;
}

}  // namespace

void find_sentences(std::vector<SummaryRow>& rows, Cut what, Executor& executor) {
  for_each_row(rows.size(), executor, [&](std::size_t i) {
    SummaryRow& row = rows[i];
    if (row.sentences.empty()) row.sentences = cut(what, row.text);
    if (!row.keep.empty()) return;
    std::vector<std::string_view> sentences;
    for (const Token sentence : row.sentences) sentences.push_back(bytes_of(row.text, sentence));
    row.keep = oracle_sentences(sentences, row.summaries);
  });
}

LabelledDocuments labelled_documents(const TextEncoder& encoder, std::vector<SummaryRow> rows, Executor& executor) {
  LabelledDocuments result{make_documents(encoder, rows, executor), {}};
  for (SummaryRow& row : rows) result.keep.push_back(std::move(row.keep));
  return result;
}

std::vector<Document> make_documents(const TextEncoder& encoder, std::span<const SummaryRow> rows, Executor& executor) {
  std::vector<Document> documents(rows.size());
  for_each_row(rows.size(), executor,
               [&](std::size_t i) { documents[i] = make_document(encoder, rows[i].text, rows[i].sentences); });
  return documents;
}

TrainedSelector train_selector(GivenSummaries given, const SelectRecipe& recipe, Executor& executor,
                               const SelectCallbacks& callbacks) {
  SummaryParts parts = divide(std::move(given), recipe.dev_share, recipe.fit.seed);
  find_sentences(parts.train, recipe.cut, executor);
  find_sentences(parts.dev, recipe.cut, executor);
  TextEncoder encoder(recipe.rule, make_vocabulary(parts.train, recipe, executor), recipe.max_length);
  const LabelledDocuments train_part = labelled_documents(encoder, std::move(parts.train), executor);
  const LabelledDocuments dev_part = labelled_documents(encoder, std::move(parts.dev), executor);
  SelectData data;
  count(train_part, dev_part, data);
  if (data.kept == 0) throw DataError("no summary has a word in common with its text; there is nothing to learn from");
  check_dev(parts, kept_of(dev_part));
  data.vocabulary = encoder.vocabulary().size();
  FitOptions fit_options = with_epochs(recipe.fit, data.train_texts);
  data.epochs = fit_options.epochs;
  recipe.pace.lengthen_patience(fit_options);
  if (callbacks.data_known) callbacks.data_known(data);

  auto network = make_network(recipe, encoder.vocabulary());
  SelectObjective objective(*network, train_part, dev_part);
  objective.set_pace(recipe.pace);
  FitResult result = fit(objective, fit_options, executor, callbacks.fit);
  SelectModel model{std::move(encoder), std::move(network), share(data.kept, data.sentences), recipe.cut, {}};
  check(model);
  Narrowing narrowing;
  if (recipe.precision != Precision::float32) {
    narrowing = narrow(*model.network, recipe.precision, objective, data.dev_texts, executor);
    model.facts.narrowing = to_json(narrowing, "f1");
  }
  return {std::move(model), data, std::move(result), narrowing};
}

}  // namespace recura
