#include "task/summarise/select/phrases/keyphrases.h"

#include "task/summarise/parts.h"
#include "task/summarise/select/predict.h"

namespace recura {

std::vector<std::vector<Phrase>> keyphrases(const SelectModel& model, std::span<const std::string> texts,
                                            std::size_t count, Executor& executor) {
  std::vector<Document> documents(texts.size());
  for_each_row(texts.size(), executor,
               [&](std::size_t i) { documents[i] = make_document(model.encoder, texts[i], cut(model.cut, texts[i])); });
  const auto p = predict(*model.network, documents, executor);
  std::vector<std::vector<Phrase>> result(texts.size());
  for_each_row(texts.size(), executor, [&](std::size_t i) {
    std::vector<std::vector<double>> weights;
    for (std::size_t k = 0; k < p[i].size(); ++k) weights.emplace_back(documents[i].ids[k].size(), 0.5 + p[i][k]);
    result[i] = best_phrases(find_words(model.encoder, texts[i], documents[i]), weights, count);
  });
  return result;
}

}  // namespace recura
