#pragma once

#include <recura/classifier.h>
#include <recura/language_model.h>
#include <recura/summarizer.h>
#include <recura/tagger.h>

#include <memory>
#include <string>
#include <variant>

namespace recura {

class FileLock;

using AnyModel = std::variant<Classifier, Tagger, Summarizer, LanguageModel>;

/// The task of a model: "classify", "tag", "summarise" or "language-model".
std::string task_of(const AnyModel& model);

/// The task that training data are for, by their form if one is named ("conll"), else by the file's ending and its
/// first lines: "tag" for CoNLL, segmented lines, BRAT and JSON with spans, or with words and no `label_field`
/// ("label" without a name), "summarise" for JSON, CSV and TSV with summaries, else "classify", as for standard input
/// and pipes, of which nothing may be lost by looking.
/// @throws ArgumentError           if there is no such form.
/// @throws SystemError, DataError  if the file cannot be read, where its name does not say the task.
std::string detect_task(const std::string& path, const std::string& format = "", const std::string& label_field = "");

/// A model of whatever task the file is of.
/// @param threads  0: all cores that the process may use.
/// @throws SystemError  if the file cannot be read.
/// @throws DataError    if it is no sound model file.
AnyModel load_model(const std::string& path, int threads = 0);

/// Keeps a training from overwriting or removing, as its checkpoint, a file that is none.
/// @throws ArgumentError  if there is such a file at `path`.
/// @throws SystemError    if no checkpoint can be written there.
void check_checkpoint_path(const std::string& path);

/// Keeps a second training from the same model as long as it lives, by a file MODEL.lock; a process that dies leaves
/// the file, but no lock.
class ModelLock {
 public:
  /// @throws SystemError  if another process trains the model, or the file cannot be made.
  explicit ModelLock(const std::string& model);
  ~ModelLock();
  ModelLock(const ModelLock&) = delete;
  ModelLock& operator=(const ModelLock&) = delete;

 private:
  std::unique_ptr<FileLock> lock_;
};

}  // namespace recura
