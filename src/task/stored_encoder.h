#pragma once

#include <vector>

#include "store/model_file.h"
#include "store/model_writer.h"
#include "task/text_json.h"
#include "text/encoder.h"

namespace recura {

/// The tensors that a model's encoder may have beside its vocabulary: a segmenter, and scores of subwords.
std::vector<const char*> encoder_tensors(Unit unit);

/// What a model reads texts by: the list "vocabulary", the segmenter if there is one, the scores of subwords.
/// @throws DataError  if they are missing, wrong, or not of one kind.
TextEncoder stored_encoder(const ModelFile& file, const TextSettings& settings);

/// The other way. `encoder` must live until the file is written.
void add_encoder(const TextEncoder& encoder, ModelWriter& writer);

}  // namespace recura
