#pragma once

#include <optional>

#include "task/language/model.h"
#include "task/tag/model.h"

namespace recura {

/// What a tagger's training begins with, out of a model that was trained before: a tagger, of which all goes on, or a
/// language model, of which the words' vectors and the recurrent layers do.
struct TaggerStart {
  std::optional<TaggerModel> tagger;
  std::optional<LanguageModelParts> language;

  const TextRule& rule() const;
  const Vocabulary& words() const;
  const std::string& digest() const;
};

/// @throws SystemError, DataError  if the file cannot be read, or is neither of both, or a language model of subwords.
TaggerStart read_tagger_start(const std::string& path);

/// Gives the network of a model the weights of a tagger that it goes on with: the vectors of its words and characters,
/// which come first in the model's vocabularies, its layers, and what its tags and labels have, which the model has
/// too. Tags and labels that are new begin as the mean of all old ones, and improbable; nothing is known of what
/// follows on which of them.
/// @throws ArgumentError  if a weight does not fit.
void take_over(const TaggerModel& start, TaggerModel& model);

/// Gives it those of a language model: the vectors of its forms, and the recurrent layers.
/// @throws ArgumentError  if a weight does not fit.
void take_over(const LanguageModelParts& start, TaggerModel& model);

/// Names that either has, ascending.
std::vector<std::string> united(std::vector<std::string> names, const std::vector<std::string>& others);

}  // namespace recura
