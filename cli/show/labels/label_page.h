#pragma once

#include <recura/classifier.h>

#include <string>
#include <vector>

namespace recura::cli {

/// The page of `recura evaluate --report`: what a model scores on some files, and where it errs.
class LabelPage {
 public:
  /// `companions`: the models that answer together with it.
  LabelPage(const std::string& model, const std::vector<std::string>& companions, const ModelInfo& info);
  void add(const std::string& file, const Evaluation& evaluation);
  void add(const std::string& file, const std::string& against, const Comparison& comparison);
  /// @throws SystemError  if the file cannot be written.
  void save(const std::string& path) const;

 private:
  std::string page_;
};

}  // namespace recura::cli
