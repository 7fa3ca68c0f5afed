#pragma once

#include <recura/tagger.h>

#include <memory>
#include <vector>

#include "base/executor.h"
#include "data/tagged_data.h"
#include "task/tag/dictionary.h"
#include "task/tag/model.h"
#include "task/tag/predict.h"

namespace recura {

struct Tagger::State {
  TaggerModel model;
  std::unique_ptr<Executor> executor;
  bool interrupted = false;
  std::unique_ptr<TagDictionary> dictionary = nullptr;
  /// Of each type, by its number: spans of a lower score are left out; empty: none are.
  std::vector<double> thresholds = {};
  TagQuery query = {};
};

TaggedReadOptions tagged_read_options(const TaggedInput& input);

}  // namespace recura
