#pragma once

#include <recura/error.h>

#include <functional>
#include <string>

namespace recura {

class RunState;

/// Where a run keeps what it needs to go on after it was stopped.
struct CheckpointPlan {
  /// The file; empty: none is kept.
  std::string path = {};
  /// Go on from the file if it is there.
  bool resume = false;
  /// In an epoch that takes long, a checkpoint after so many minutes; 0: at the ends of epochs alone.
  double minutes = 10;
  /// What decides the run besides its weights and rows: JSON objects of texts by name. A run goes on only with the
  /// same.
  std::string options = "{}", data = "{}";
  /// What is trained, in words: "the task tag".
  std::string task = {};
};

/// The data are bad, and those of a checkpoint: the message names its file, not that of the rows.
class CheckpointError : public DataError {
 public:
  using DataError::DataError;
};

/// Keeps a file that is no checkpoint from being overwritten or removed as one.
/// @throws ArgumentError  if there is such a file at `path`.
/// @throws SystemError    if no checkpoint can be written there.
void check_checkpoint(const std::string& path);

/// Writes one file of all that `visit` shows; docs/model-file.md describes it. The old one stays until it is complete.
/// @throws DataError    if a number is not finite: nothing is written.
/// @throws SystemError  if writing fails.
void write_checkpoint(const CheckpointPlan& plan, const std::function<void(RunState&)>& visit);

/// What a checkpoint's reader should know, such as that another instruction set computes on; empty if nothing.
/// @throws ArgumentError    if the task is not the one of the stopped run, or an option, which is named with both
/// values.
/// @throws CheckpointError  if the data are others, which are named, or the file is no sound checkpoint of this
/// network.
/// @throws SystemError      if it cannot be read.
std::string read_checkpoint(const CheckpointPlan& plan, const std::function<void(RunState&)>& visit);

}  // namespace recura
