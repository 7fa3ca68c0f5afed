#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "task/summarise/select/model.h"
#include "task/summarise/write/model.h"
#include "task/summarise/write/source.h"

namespace recura {

/// A writer, and what chooses the sentences that it reads of texts which are too long for it; without that it reads
/// their beginnings. Both must outlive this.
struct Writer {
  // Not explicit: a model alone is a writer.
  Writer(const WriteModel& own, const SelectModel* chooser = nullptr) : model(own), selector(chooser) {}

  const WriteModel& model;
  const SelectModel* selector;
};

/// The places among a text's tokens of those in the sentences with the highest scores that fit into `most` tokens, in
/// the text's order. A sentence that does not fit is passed over; of one that is longer than `most` itself, the
/// beginning is read as far as there is room. Linear time but for sorting.
std::vector<std::size_t> chosen_tokens(std::span<const Token> tokens, std::span<const Token> sentences,
                                       std::span<const double> scores, std::size_t most);

/// Texts as the writer reads them. One that is not too long does not depend on the chooser.
std::vector<WriteSource> read_sources(const Writer& writer, std::span<const std::string> texts, Executor& executor);

}  // namespace recura
