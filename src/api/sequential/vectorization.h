#pragma once

#include <recura/text.h>

#include <memory>

#include "base/executor.h"
#include "text/encoder.h"

namespace recura {

struct TextVectorization::State {
  Options options;
  std::unique_ptr<Executor> executor;
  TextEncoder encoder;
};

}  // namespace recura
