#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "store/model_file.h"
#include "task/classify/model.h"
#include "task/language/model.h"
#include "task/summarise/compress/model.h"
#include "task/summarise/select/model.h"
#include "task/summarise/write/model.h"
#include "task/tag/model.h"

// The models of tests/golden/models, which hostile ones are made of.
namespace recura {

inline const std::vector<std::string> kKeptModels{"classify",   "labels",   "tag",      "select",  "write",
                                                  "sequential", "compress", "language", "subword", "write_subword"};

inline std::string kept_path(const std::string& name) { return RECURA_GOLDEN_DIR "/models/" + name + ".recura"; }
inline std::string kept_model(const std::string& name) { return content_of(kept_path(name)); }

/// Builds the model that the file is of.
inline void build(const ModelFile& file) {
  const std::string* const task = file.find_text("task");
  const std::string* const kind = file.find_text("kind");
  if (task != nullptr && *task == "tag") {
    read_tagger(file);
  } else if (task != nullptr && *task == "summarise" && kind != nullptr && *kind == "write") {
    read_writer(file);
  } else if (task != nullptr && *task == "summarise" && kind != nullptr && *kind == "compress") {
    read_compressor(file);
  } else if (task != nullptr && *task == "language-model") {
    read_language_model(file);
  } else if (task != nullptr && *task == "summarise") {
    read_selector(file);
  } else {
    read_classifier(file);
  }
}

/// Why there is no model in these bytes; empty if there is one.
inline std::string refusal_of(const std::string& bytes) {
  try {
    build(ModelFile::from_bytes(bytes, "model"));
    return "";
  } catch (const DataError& error) {
    return error.what();
  }
}

}  // namespace recura
