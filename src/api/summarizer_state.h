#pragma once

#include <recura/summarizer.h>

#include <memory>

#include "base/executor.h"
#include "data/summary_data.h"
#include "task/summarise/select/choose.h"
#include "task/summarise/select/model.h"

namespace recura {

struct Summarizer::State {
  SelectModel model;
  std::unique_ptr<Executor> executor;
  bool interrupted = false;
};

/// @throws ArgumentError  if a limit is out of range.
SummaryLimits limits_of(const SummaryLength& length);
SummaryReadOptions summary_read_options(const SummaryInput& input);

}  // namespace recura
