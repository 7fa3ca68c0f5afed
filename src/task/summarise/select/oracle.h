#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace recura {

/// Which sentences make the summary that is closest to a reference: the labels that a chooser of sentences learns.
///
/// If sentences of the text make up the whole reference, in any order, those; else one after the other is added that
/// raises the sum of the F1 of ROUGE-1 and ROUGE-2 most, until none does (Nallapati et al. 2017).
/// Time: linear in the text's words, beside some divisions for each sentence that is chosen and each that has words in
/// common with what is left of the reference.
///
/// Of several references, the one that a summary meets best.
/// @throws ArgumentError  if there is none.
std::vector<bool> oracle_sentences(std::span<const std::string_view> sentences,
                                   std::span<const std::string> references);

}  // namespace recura
