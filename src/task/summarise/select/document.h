#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/batches.h"
#include "tensor/tensor.h"
#include "text/encoder.h"

namespace recura {

/// What is said of each token beside its vector: ln of how often its form stands in the text, in how many sentences of
/// the text it stands against the form that stands in most, and how rare it is in training, from 0 to 1 by its rank.
constexpr Index kTokenFeatures = 3;
/// What is said of each sentence: its place from 0 to 1, whether it is the first, the last, begins a paragraph; ln of
/// its tokens, ln of the text's sentences; the cosine between the counts of its forms and those of the text, and the
/// mean of its tokens' second feature, where rare forms weigh more.
constexpr Index kSentenceFeatures = 8;

/// A text as its sentences, as a network reads it.
struct Document {
  std::vector<Token> sentences;
  /// The ids of each sentence's tokens, and their features, one token after the other.
  std::vector<std::vector<std::int32_t>> ids;
  std::vector<std::vector<real>> token_features;
  std::vector<std::array<real, kSentenceFeatures>> features;
  std::int64_t tokens = 0, unknown = 0, dropped = 0;
};

/// Of each sentence, as many tokens are read as the encoder reads of a text. Linear time.
Document make_document(const TextEncoder& encoder, std::string_view text, std::vector<Token> sentences);

/// Some sentences of documents as one batch.
struct SentenceBatch {
  PackingPtr packing;
  std::vector<std::int32_t> ids;  // [N]
  std::vector<real> features;     // [N, kTokenFeatures]
};

/// A sentence of one of several documents.
struct SentencePlace {
  Index document = 0, sentence = 0;
};

/// All sentences of some of the documents, one document after the other.
std::vector<SentencePlace> places_of(std::span<const Document> documents, std::span<const Index> rows);
SentenceBatch make_batch(std::span<const Document> documents, std::span<const SentencePlace> places);

/// How sentences, as `places_of` lists them, lie in packed rows of documents: `rows` [S] has the place of each row.
struct DocumentBatch {
  PackingPtr packing;
  std::vector<std::int32_t> rows;
  std::vector<real> features;  // [S, kSentenceFeatures], in the order of rows
};

DocumentBatch make_document_batch(std::span<const Document> documents, std::span<const Index> rows);

}  // namespace recura
