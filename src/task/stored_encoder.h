#pragma once

#include <vector>

#include "store/model_file.h"
#include "store/model_writer.h"
#include "task/text_json.h"
#include "text/encoder.h"

namespace recura {

/// The tensors that a model's encoder may have beside its vocabulary: a segmenter, and scores of subwords.
std::vector<const char*> encoder_tensors(Unit unit);

/// What a model reads texts by, as it lies in the file: the list "vocabulary", the segmenter if there is one, the
/// scores of subwords. All but the segmenter is checked, and no memory taken for it. The file must outlive it.
class StoredEncoder {
 public:
  /// @throws DataError  if they are missing, wrong, or not of one kind.
  StoredEncoder(const ModelFile& file, const TextSettings& settings);

  /// V: the forms and the unknown one.
  Index forms() const { return static_cast<Index>(forms_.size()) + 1; }
  /// @throws DataError  for what is wrong with the segmenter, before anything is built.
  TextEncoder build() const;

 private:
  const ModelFile& file_;
  TextSettings settings_;
  StoredStrings forms_;
  std::span<const float> scores_;
};

/// The other way. `encoder` must live until the file is written.
void add_encoder(const TextEncoder& encoder, ModelWriter& writer);

}  // namespace recura
