#pragma once

#include <recura/summarizer.h>

#include "task/summarise/compress/train.h"
#include "task/summarise/select/train.h"
#include "task/summarise/write/train/train.h"

namespace recura {

// What training is told of options, and what is told of the data that it found: `files` with that.

SelectRecipe recipe_of(const SummarizerOptions& options);
/// @throws ArgumentError, SystemError, DataError  if there are vectors or a model to begin with that cannot be used.
TaggerRecipe recipe_of(const CompressorOptions& options);
WriteRecipe recipe_of(const WriterOptions& options);

SummaryDataSummary summary_of(const SelectData& data, SummaryDataSummary files);
SummaryDataSummary summary_of(const CompressData& data, SummaryDataSummary files);
SummaryDataSummary summary_of(const WriteData& data, SummaryDataSummary files);

}  // namespace recura
