#include "option_set.h"

namespace recura::cli {

std::string option_set_of(const AnyModel& model) {
  const auto* const summarizer = std::get_if<Summarizer>(&model);
  return summarizer != nullptr && summarizer->info().kind == "write" ? "write" : task_of(model);
}

}  // namespace recura::cli
