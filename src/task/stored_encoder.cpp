#include "task/stored_encoder.h"

#include "task/stored_names.h"
#include "task/tag/answer/segmenter.h"

namespace recura {
namespace {

constexpr const char* kScores = "scores";

/// Those whose pieces the vocabulary holds.
std::shared_ptr<const Subwords> stored_subwords(const ModelFile& file, const Vocabulary& vocabulary) {
  const auto scores = stored_elements<float>(file, kScores, {vocabulary.size() - 1});
  return std::make_shared<const Subwords>(vocabulary.forms(), std::vector<float>(scores.begin(), scores.end()));
}

}  // namespace

std::vector<const char*> encoder_tensors(Unit unit) {
  if (unit == Unit::subword) return {kSegmenter, kScores};
  return {kSegmenter};
}

TextEncoder stored_encoder(const ModelFile& file, const TextSettings& settings) {
  TextRule rule = with_segmenter(settings.rule, file);
  Vocabulary vocabulary = stored_vocabulary(file, "vocabulary");
  auto subwords = rule.unit == Unit::subword ? stored_subwords(file, vocabulary) : nullptr;
  return {rule, std::move(vocabulary), settings.max_length, settings.keep, std::move(subwords)};
}

void add_encoder(const TextEncoder& encoder, ModelWriter& writer) {
  add_segmenter(encoder.tokenizer().rule(), writer);
  writer.add_strings("vocabulary", encoder.vocabulary().forms());
  if (!encoder.subwords()) return;
  const std::vector<float>& scores = encoder.subwords()->scores();
  writer.add_tensor<float>(kScores, {std::ssize(scores)}, scores);
}

}  // namespace recura
