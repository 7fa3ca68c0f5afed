#pragma once

#include <recura/tagger.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/executor.h"
#include "data/tagged/tagged_data.h"
#include "task/tag/answer/predict.h"
#include "task/tag/features/dictionary.h"
#include "task/tag/model.h"

namespace recura {

struct Tagger::State {
  TaggerModel model;
  std::unique_ptr<Executor> executor;
  bool interrupted = false;
  std::unique_ptr<TagDictionary> dictionary = nullptr;
  /// Of each type, by its number: spans of a lower score are left out, and of those besides the likeliest ones. Empty:
  /// none are.
  std::vector<double> thresholds = {}, other_thresholds = {};
  TagQuery query = {};

  /// A `FoundSpan` or `FoundEntity` of this type.
  bool is_kept(const auto& found, const std::string& type) const {
    if (thresholds.empty()) return true;
    const auto& types = model.tags.types();
    const auto at = static_cast<std::size_t>(std::ranges::lower_bound(types, type) - types.begin());
    return found.score >= thresholds[at] && (found.likeliest || found.score >= other_thresholds[at]);
  }
};

TaggedReadOptions tagged_read_options(const TaggedInput& input);

}  // namespace recura
