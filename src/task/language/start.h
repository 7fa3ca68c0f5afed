#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "task/language/model.h"

namespace recura {

/// What the training of another network may begin with; null: with nothing.
using LanguageStart = std::shared_ptr<const LanguageModelParts>;

/// Forms, and behind them the other ones that a language model knows.
std::vector<std::string> with_forms_of(const LanguageModelParts& start, std::vector<std::string> forms);

/// A layer that begins as one of a language model does: what their weights' names begin with, there and here.
struct TakenLayer {
  std::string_view there, here;
};

/// Gives a network's weights, `own`, those of a language model: the table of this name the vectors of its forms, found
/// in `forms`; layers all of their weights, or the first rows of what reads more here.
/// @throws ArgumentError  if a weight does not fit.
void take_over(const LanguageModelParts& start, const Vocabulary& forms, std::string_view table,
               std::initializer_list<TakenLayer> layers, std::span<Parameter* const> own);

}  // namespace recura
