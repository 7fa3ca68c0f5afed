#pragma once

#include <recura/classifier.h>
#include <recura/summarizer.h>
#include <recura/tagger.h>

#include <string>
#include <variant>

namespace recura {

using AnyModel = std::variant<Classifier, Tagger, Summarizer>;

/// The task of a model: "classify", "tag" or "summarise".
std::string task_of(const AnyModel& model);

/// The task that a file of training data is for, by its ending and its first line: "tag" for CoNLL, segmented lines,
/// BRAT and JSON Lines with spans, "summarise" for JSON Lines with summaries, else "classify", as for standard input.
/// @throws SystemError, DataError  if it cannot be read.
std::string detect_task(const std::string& path);

/// A model of whatever task the file is of.
/// @param threads  0: all cores that the process may use.
/// @throws SystemError  if the file cannot be read.
/// @throws DataError    if it is no sound model file.
AnyModel load_model(const std::string& path, int threads = 0);

}  // namespace recura
