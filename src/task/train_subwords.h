#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "task/text_json.h"
#include "text/encoder.h"

namespace recura {

/// Pieces and their scores, ln p.
struct SubwordModel {
  std::vector<std::string> pieces;
  std::vector<float> scores;
};

/// Trains a unigram model (Kudo 2018) of `size` ids at most, the unknown one included, on the forms of the words of
/// texts, by SentencePiece. Texts that are few give fewer. The same texts give the same pieces, whatever the machine's
/// cores. `tokenizer` cuts by Unit::subword.
/// @throws DataError  if the texts have no words, or too many distinct characters for `size`.
SubwordModel train_subwords(const Tokenizer& tokenizer, std::span<const std::string> texts, std::int64_t size);

/// An encoder by such subwords.
/// @throws DataError  as `train_subwords`.
TextEncoder subword_encoder(const TextSettings& settings, std::span<const std::string> texts, std::int64_t size);

}  // namespace recura
