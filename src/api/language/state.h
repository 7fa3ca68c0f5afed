#pragma once

#include <recura/language_model.h>

#include <memory>

#include "base/executor.h"
#include "task/language/model.h"

namespace recura {

struct LanguageModel::State {
  LanguageModelParts model;
  std::unique_ptr<Executor> executor;
  bool interrupted = false;
};

}  // namespace recura
