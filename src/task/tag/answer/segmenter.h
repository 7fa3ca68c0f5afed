#pragma once

#include <memory>

#include "store/model_file.h"
#include "store/model_writer.h"
#include "text/tokenizer.h"

namespace recura {

// Taggers trained on segmented text cut the texts of other models into words, and become part of their files.

/// @throws DataError  if it is no model that cuts every text into words, or has such a one inside.
std::shared_ptr<const WordSplitter> read_segmenter(const ModelFile& file);

/// The tensor of a model's file that holds the one that cuts its texts, if there is one.
inline constexpr const char* kSegmenter = "segmenter";

/// The rule with the segmenter that the file has inside, if it has one. Its tensors are copied until it is read.
/// @throws DataError  as above, or if the rule is one of the dictionary.
TextRule with_segmenter(TextRule rule, const ModelFile& file);
/// Adds the rule's segmenter to a model's file, if there is one.
void add_segmenter(const TextRule& rule, ModelWriter& writer);

}  // namespace recura
