#include "option_set.h"

namespace recura::cli {

std::string option_set_of(const AnyModel& model) {
  const auto* const summarizer = std::get_if<Summarizer>(&model);
  if (summarizer == nullptr) return task_of(model);
  const std::string kind = summarizer->info().kind;
  return kind == "select" ? "summarise" : kind;
}

}  // namespace recura::cli
