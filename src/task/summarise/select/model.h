#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "task/model_facts.h"
#include "task/summarise/select/select_network.h"
#include "text/encoder.h"

namespace recura {

/// What a text is cut into, to choose from.
enum class Cut { sentence, clause };

std::vector<Token> cut(Cut what, std::string_view text);

/// A network that chooses the sentences of a summary, with all it needs to read text. Const use is safe for any number
/// of threads.
struct SelectModel {
  /// Its length is that of a sentence.
  TextEncoder encoder;
  std::unique_ptr<SelectNetwork> network;
  /// What share of the sentences belonged to summaries in training: so many are chosen if nobody says how many.
  double share = 0;
  Cut cut = Cut::sentence;
  ModelFacts facts = {};
};

/// @throws ArgumentError  if the network does not fit the encoder.
void check(const SelectModel& model);

/// Writes the model file; docs/model-file.md describes it. The old file stays whole until the new one is complete.
/// @throws DataError    if a weight is not finite.
/// @throws SystemError  if writing fails.
void save(const SelectModel& model, const std::string& path);

/// @throws DataError  if it is of another task or kind, or its parts do not fit each other.
SelectModel read_selector(const ModelFile& file);

}  // namespace recura
