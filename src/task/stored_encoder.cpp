#include "task/stored_encoder.h"

#include "task/stored_names.h"
#include "task/tag/answer/segmenter.h"

namespace recura {
namespace {

constexpr const char* kScores = "scores";

}  // namespace

std::vector<const char*> encoder_tensors(Unit unit) {
  if (unit == Unit::word) return {kSegmenter};
  if (unit == Unit::subword) return {kScores};
  return {};
}

StoredEncoder::StoredEncoder(const ModelFile& file, const TextSettings& settings)
    : file_(file), settings_(settings), forms_(stored_forms(file, "vocabulary")) {
  if (settings.rule.unit != Unit::subword) return;
  scores_ = stored_elements<float>(file, kScores, {static_cast<Index>(forms_.size())});
  for (std::size_t at = 0; at < forms_.size(); ++at) Subwords::check(forms_[at], scores_[at]);
}

TextEncoder StoredEncoder::build() const {
  const TextRule rule = with_segmenter(settings_.rule, file_);
  std::shared_ptr<const Subwords> subwords;
  if (rule.unit == Unit::subword)
    subwords = std::make_shared<const Subwords>(forms_.copies(), std::vector(scores_.begin(), scores_.end()));
  return {rule, vocabulary_of(forms_), settings_.max_length, settings_.keep, std::move(subwords)};
}

void add_encoder(const TextEncoder& encoder, ModelWriter& writer) {
  add_segmenter(encoder.tokenizer().rule(), writer);
  writer.add_strings("vocabulary", encoder.vocabulary().forms());
  if (!encoder.subwords()) return;
  const std::vector<float>& scores = encoder.subwords()->scores();
  writer.add_tensor<float>(kScores, {std::ssize(scores)}, scores);
}

}  // namespace recura
