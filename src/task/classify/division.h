#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "data/labelled_data.h"
#include "task/classify/objective.h"

namespace recura {

/// The texts of a training run and of its dev part, with label numbers; their ids are made later.
struct Division {
  std::vector<std::string> train_texts, dev_texts;
  LabelledIds train, dev;
};

/// How labels are asked to count in training.
struct LabelWeights {
  /// By their rows: of one label a text, rows / (labels * rows with it); of several, rows without it / rows with it.
  bool balanced = false;
  /// By name; the others count 1.
  std::map<std::string, double> given;
};

/// A weight for each label; none if nothing else than 1 is asked for.
/// @throws DataError  if one is given to a name that is no label.
std::vector<double> label_weights(const LabelWeights& wanted, const std::vector<std::string>& names,
                                  const std::vector<std::int64_t>& rows_per_label, std::int64_t rows, bool several);

/// The names of all labels, sorted, each once.
std::vector<std::string> label_names(const std::vector<std::vector<std::string>>& rows);

/// Those of the names that differ from another one by case, width or blanks only.
std::vector<std::string> labels_alike(const std::vector<std::string>& names);

/// Those of the names that are others joined by a sign, as "a、b" where "a" and "b" stand in other names too, alone or
/// joined; of the sign of which there are most.
struct JoinedLabels {
  std::string by;
  std::vector<std::string> names;
};
JoinedLabels labels_joined(const std::vector<std::string>& names);

/// The numbers of a row's labels in `names`, which are sorted; what stands in a row twice counts once.
LabelSet label_set(const std::vector<std::string>& row, const std::vector<std::string>& names);

/// Takes the dev part given, or splits off a share of the training rows: of each label the same, of a row with several
/// that of its rarest one.
Division divide(LabelledData train, std::optional<LabelledData> dev, const std::vector<std::string>& names,
                double dev_share, Rng rng);

}  // namespace recura
