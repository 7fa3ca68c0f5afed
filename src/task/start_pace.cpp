#include "task/start_pace.h"

#include <charconv>
#include <cmath>

#include "base/error.h"

namespace recura {

int StartPace::depth_of(std::string_view name) const {
  if (name == "embedding.table" || name == "word.table") return layers + 1;
  if (all_features && (name.ends_with(".table") || name.starts_with("characters."))) return layers + 1;
  for (const std::string_view reader : {"rnn", "sentence.", "encoder.", "decoder."}) {
    if (!name.starts_with(reader)) continue;
    int number = 0;  // of its layer, if it has several
    std::from_chars(name.data() + reader.size(), name.data() + name.size(), number);
    return layers - number;
  }
  return 0;
}

double StartPace::share_of(std::string_view name, int epoch) const {
  const int depth = depth_of(name);
  return epoch <= depth * frozen ? 0 : std::pow(rate, depth);
}

void StartPace::lengthen_patience(FitOptions& fit) const {
  const int waits = (layers + 1) * frozen;
  if (waits > 0 && waits >= fit.epochs)
    throw ArgumentError("--from-frozen: {} for each layer, the embedding would wait {} epochs, there are {}", frozen,
                        waits, fit.epochs);
  if (fit.patience > 0) fit.patience += waits;
}

}  // namespace recura
