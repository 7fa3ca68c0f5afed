#pragma once

#include <span>
#include <string>

#include "base/executor.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"

namespace recura {

/// Counts the forms of all texts, spread over the executor's threads.
VocabularyBuilder count_forms(const Tokenizer& tokenizer, std::span<const std::string> texts, Executor& executor);

}  // namespace recura
