#pragma once

#include <recura/label_evaluation.h>

#include <string>

#include "task/precision_recall.h"

namespace recura {

/// As the api shows them. `rows` are the right ones of the label, or of all.
inline LabelRates rates_of(const std::string& label, const PrecisionRecall& rates, std::int64_t rows) {
  return {label, rates.precision, rates.recall, rates.f1, rows};
}

}  // namespace recura
