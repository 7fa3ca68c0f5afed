#pragma once

#include <recura/classifier.h>

#include <memory>

#include "base/executor.h"
#include "task/classify/model.h"
#include "task/narrow.h"

namespace recura {

struct Classifier::State {
  ClassifierModel model;
  std::unique_ptr<Executor> executor;
  bool interrupted = false;
};

std::unique_ptr<Executor> make_executor(std::int64_t threads);
Precision precision_of(TrainOptions::Precision precision);
PrecisionReport report_of(const Narrowing& narrowing, const std::string& score);

}  // namespace recura
