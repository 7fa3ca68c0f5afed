#pragma once

#include <map>
#include <string>
#include <vector>

#include "hostile/kept_models.h"
#include "task/tag/answer/segmenter.h"

// Models of megabytes, nearly all of them weights, whose words are few: those of a word are what is long.
namespace recura {

constexpr Index kWide = 250'000;

inline TextEncoder wide_encoder(std::shared_ptr<const WordSplitter> segmenter) {
  TextRule rule;
  rule.splitter = std::move(segmenter);
  return {rule, Vocabulary{"a", "b"}};
}

/// A tagger's parts; as a segmenter every token belongs to a word.
inline TaggerModel wide_tagger(Index columns, const std::vector<std::string>& types, bool outside,
                               std::shared_ptr<const WordSplitter> segmenter = nullptr) {
  Rng rng(1);
  TextRule rule;
  rule.splitter = std::move(segmenter);
  TagSet tags(types, outside);
  const TagNetworkSpec spec{.channels = {{.name = "word", .vocabulary = 3, .size = columns}},
                            .characters = {},
                            .hidden = 2,
                            .bidirectional = false,
                            .tags = tags.size()};
  auto network = std::make_unique<TagNetwork>(spec, tags.rules(), &rng);
  SpanCalibration calibration(std::span<const ScoredSpan>(), types);
  return {{rule, Vocabulary{"a", "b"}, {}, {}, spec.channels},
          std::move(tags),
          std::move(network),
          {},
          std::move(calibration)};
}

inline std::string saved(const auto& model) {
  const TemporaryFolder folder;
  save(model, folder / "model");
  return content_of(folder / "model");
}

/// A model of a task or kind in a precision, whose vectors have so many columns, with this segmenter inside if there is
/// one.
inline std::string wide_model(const std::string& kind, Precision precision, Index columns = kWide,
                              std::shared_ptr<const WordSplitter> segmenter = nullptr) {
  Rng rng(1);
  const auto of = [&](auto model) {
    model.network->round_to(precision);
    return saved(model);
  };
  if (kind == "segmenter") return of(wide_tagger(columns, {""}, false));
  if (kind == "tag") return of(wide_tagger(columns, {"LOC", "PER"}, true));
  if (kind == "compress") return of(CompressModel{wide_tagger(columns, {"kept"}, true, segmenter)});
  TextEncoder encoder = wide_encoder(std::move(segmenter));
  if (kind == "language") {
    const LanguageNetworkSpec spec{.vocabulary = 3, .embedding = columns, .hidden = 2, .head = 2};
    return of(LanguageModelParts{std::move(encoder), std::make_unique<LanguageNetwork>(spec, &rng), 100});
  }
  if (kind == "select") {
    const SelectNetworkSpec spec{.vocabulary = 3, .embedding = columns, .hidden = 1, .document_hidden = 2};
    return of(SelectModel{std::move(encoder), std::make_unique<SelectNetwork>(spec, &rng), 0.5});
  }
  if (kind == "write") {
    const WriteNetworkSpec spec{
        .vocabulary = 3, .outputs = 2, .embedding = columns / 2, .hidden = 1, .decoder_hidden = 1, .attention = 2};
    return of(WriteModel{std::move(encoder), std::make_unique<WriteNetwork>(spec, &rng), Spacing({1, 2, 3}), 7});
  }
  std::vector<LayerSpec> layers{EmbeddingSpec{3, columns}, RecurrentLayerSpec{.hidden = 2}, PoolSpec{.last = true},
                                DenseSpec{2}};
  return of(ClassifierModel{std::move(encoder), std::make_unique<Network>(layers, &rng), {"no", "yes"}});
}

}  // namespace recura
