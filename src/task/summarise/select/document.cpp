#include "task/summarise/select/document.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>

#include "task/precision_recall.h"
#include "text/bytes.h"

namespace recura {
namespace {

/// How often a form stands in a text, in how many of its sentences, and how rare it is.
struct FormCount {
  double tokens = 0, sentences = 0, rarity = 0;
  std::size_t last_sentence = 0;  // from 1
};

/// The forms of a text as numbers, counted as they come.
class FormCounter {
 public:
  explicit FormCounter(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  std::int32_t add(std::string form, std::size_t sentence) {
    const double rarity = rarity_of(vocabulary_.id(form));
    const auto number = numbers_.try_emplace(std::move(form), static_cast<std::int32_t>(counts_.size())).first->second;
    if (static_cast<std::size_t>(number) == counts_.size()) counts_.push_back({.rarity = rarity});
    FormCount& count = counts_[static_cast<std::size_t>(number)];
    ++count.tokens;
    count.sentences += count.last_sentence == sentence + 1 ? 0 : 1;
    count.last_sentence = sentence + 1;
    most_ = std::max(most_, count.sentences);
    return number;
  }

  void add_features(std::int32_t number, std::vector<real>& features) const {
    const FormCount& count = counts_[static_cast<std::size_t>(number)];
    for (const double feature : {std::log(count.tokens), count.sentences / most_, count.rarity})
      features.push_back(static_cast<real>(feature));
  }

  /// The length of the text's vector, which has for each form how often it stands there times how rare it is.
  double norm() const {
    double sum = 0;
    for (const FormCount& count : counts_) sum += std::pow(count.tokens * count.rarity, 2);
    return std::sqrt(sum);
  }

  /// Cosine with the text, whose `norm` that is, and mean share of sentences.
  std::pair<double, double> likeness(const std::vector<std::int32_t>& numbers, double norm) const {
    double common = 0, squares = 0, shares = 0, weights = 0;
    std::unordered_map<std::int32_t, double> own;
    for (const std::int32_t number : numbers) {
      const FormCount& count = counts_[static_cast<std::size_t>(number)];
      const double weight = count.rarity * count.rarity;
      common += weight * count.tokens;
      shares += weight * count.sentences / most_;
      weights += weight;
      squares += weight * (2 * own[number]++ + 1);  // n² by its steps
    }
    return {ratio(common, norm * std::sqrt(squares)), ratio(shares, weights)};
  }

 private:
  /// Ids are ranks by falling count.
  double rarity_of(std::int32_t id) const {
    if (id == Vocabulary::kUnknown) return 1;
    return std::log1p(static_cast<double>(id)) / std::log1p(static_cast<double>(vocabulary_.size()));
  }

  const Vocabulary& vocabulary_;
  std::unordered_map<std::string, std::int32_t> numbers_;
  std::vector<FormCount> counts_;
  double most_ = 1;
};

bool begins_paragraph(std::string_view text, const std::vector<Token>& sentences, std::size_t i) {
  if (i == 0) return true;
  return text.substr(sentences[i - 1].end, sentences[i].begin - sentences[i - 1].end).find('\n') !=
         std::string_view::npos;
}

std::array<real, kSentenceFeatures> features_of(std::string_view text, const Document& document, std::size_t i,
                                                std::pair<double, double> likeness) {
  const std::size_t count = document.sentences.size();
  const double place = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0;
  const auto flag = [](bool yes) { return yes ? real{1} : real{0}; };
  return {static_cast<real>(place),
          flag(i == 0),
          flag(i + 1 == count),
          flag(begins_paragraph(text, document.sentences, i)),
          static_cast<real>(std::log1p(static_cast<double>(document.ids[i].size())) / 4),
          static_cast<real>(std::log(static_cast<double>(count)) / 4),
          static_cast<real>(likeness.first),
          static_cast<real>(likeness.second)};
}

}  // namespace

Document make_document(const TextEncoder& encoder, std::string_view text, std::vector<Token> sentences) {
  Document document;
  FormCounter forms(encoder.vocabulary());
  std::vector<std::vector<std::int32_t>> numbers(sentences.size());
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    const std::string_view sentence = bytes_of(text, sentences[i]);
    EncodedText encoded = encoder.encode(sentence);
    for (const Token token : encoded.tokens)
      numbers[i].push_back(forms.add(encoder.tokenizer().form(bytes_of(sentence, token)), i));
    document.tokens += std::ssize(encoded.ids);
    document.unknown += encoded.unknown;
    document.dropped += encoded.dropped;
    document.ids.push_back(std::move(encoded.ids));
  }
  document.sentences = std::move(sentences);
  document.token_features.resize(numbers.size());
  const double norm = forms.norm();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (const std::int32_t number : numbers[i]) forms.add_features(number, document.token_features[i]);
    document.features.push_back(features_of(text, document, i, forms.likeness(numbers[i], norm)));
  }
  return document;
}

std::vector<SentencePlace> places_of(std::span<const Document> documents, std::span<const Index> rows) {
  std::vector<SentencePlace> places;
  for (const Index row : rows) {
    const Index count = std::ssize(documents[static_cast<std::size_t>(row)].ids);
    for (Index i = 0; i < count; ++i) places.push_back({row, i});
  }
  return places;
}

SentenceBatch make_batch(std::span<const Document> documents, std::span<const SentencePlace> places) {
  const auto ids_of = [&](const SentencePlace& place) -> const std::vector<std::int32_t>& {
    return documents[static_cast<std::size_t>(place.document)].ids[static_cast<std::size_t>(place.sentence)];
  };
  std::vector<Index> lengths;
  for (const SentencePlace& place : places) lengths.push_back(std::ssize(ids_of(place)));
  SentenceBatch batch{std::make_shared<const Packing>(lengths), {}, {}};
  const auto rows = static_cast<std::size_t>(batch.packing->rows());
  batch.ids.resize(rows);
  batch.features.resize(rows * kTokenFeatures);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::vector<std::int32_t>& ids = ids_of(places[i]);
    const auto& features = documents[static_cast<std::size_t>(places[i].document)]
                               .token_features[static_cast<std::size_t>(places[i].sentence)];
    for (std::size_t step = 0; step < ids.size(); ++step) {
      const auto row = static_cast<std::size_t>(batch.packing->row(static_cast<Index>(i), static_cast<Index>(step)));
      batch.ids[row] = ids[step];
      std::copy_n(&features[step * kTokenFeatures], kTokenFeatures, &batch.features[row * kTokenFeatures]);
    }
  }
  return batch;
}

DocumentBatch make_document_batch(std::span<const Document> documents, std::span<const Index> rows) {
  std::vector<Index> lengths;
  for (const Index row : rows) lengths.push_back(std::ssize(documents[static_cast<std::size_t>(row)].ids));
  DocumentBatch batch{std::make_shared<const Packing>(lengths), {}, {}};
  const auto sentences = static_cast<std::size_t>(batch.packing->rows());
  batch.rows.resize(sentences);
  batch.features.resize(sentences * kSentenceFeatures);
  std::int32_t place = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& features = documents[static_cast<std::size_t>(rows[i])].features;
    for (Index step = 0; step < lengths[i]; ++step, ++place) {
      const auto row = static_cast<std::size_t>(batch.packing->row(static_cast<Index>(i), step));
      batch.rows[row] = place;
      std::ranges::copy(features[static_cast<std::size_t>(step)], &batch.features[row * kSentenceFeatures]);
    }
  }
  return batch;
}

}  // namespace recura
