#pragma once

#include <recura/classifier.h>

#include <string>

namespace recura::cli {

/// The page of `recura evaluate --report`: what a model scores on some files, and where it errs.
class LabelPage {
 public:
  LabelPage(const std::string& model, const ModelInfo& info);
  void add(const std::string& file, const Evaluation& evaluation);
  /// @throws SystemError  if the file cannot be written.
  void save(const std::string& path) const;

 private:
  std::string page_;
};

}  // namespace recura::cli
