#include "task/tag/dev_choice.h"

#include <algorithm>

#include "task/tag/answer/extract.h"

namespace recura {
namespace {

/// What the model finds in the dev texts, without calibration.
std::vector<ScoredSpan> scored_spans(const TaggerModel& model, const std::vector<TaggedText>& texts, Executor& executor,
                                     double least = 0) {
  std::vector<ScoredSpan> spans;
  const std::vector<TagAnswer> answers = tag_tokens(model, texts, executor, nullptr, least);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (const FoundSpan& found : answers[i].spans) {
      if (!texts[i].marks(found.span.type)) continue;
      spans.push_back(
          {found.span.type, found.score, std::ranges::count(texts[i].spans, found.span) > 0, found.likeliest});
    }
  }
  return spans;
}

}  // namespace

SpanCalibration calibrate(const TaggerModel& model, const std::vector<TaggedText>& dev, Executor& executor) {
  const std::vector<std::string>& types = model.tags.types();
  SpanCalibration calibration(scored_spans(model, dev, executor), types);
  if (!model.tags.has_outside()) return calibration;
  std::vector<std::int64_t> right(types.size());
  for (const TaggedText& text : dev) {
    for (const NamedSpan& span : text.spans) {
      const auto type = std::ranges::lower_bound(types, span.type);
      if (type != types.end() && *type == span.type) ++right[static_cast<std::size_t>(type - types.begin())];
    }
  }
  calibration.set_recalls(scored_spans(model, dev, executor, kLeastProbable), right, types);
  return calibration;
}

Balance balance(TagNetwork& network, const TagObjective& objective, Executor& executor) {
  constexpr double kStep = 0.25;
  constexpr int kMost = 20;
  const auto f1 = [&] { return objective.dev_score(executor).value_or(Objective::DevScore{0, 0}).score; };
  Balance best{0, f1()};
  const double start = best.f1;
  for (const double step : {-kStep, kStep}) {
    Balance now{0, start};
    for (int i = 0, worse = 0; i < kMost && worse < 3; ++i) {  // F1 is no smooth function: three steps make sure
      network.shift_tag(0, step);
      now = {now.shift + step, f1()};
      worse = now.f1 > best.f1 ? 0 : worse + 1;
      if (now.f1 > best.f1) best = now;
    }
    network.shift_tag(0, -now.shift);
    if (best.shift != 0) break;
  }
  network.shift_tag(0, best.shift);
  return best;
}

}  // namespace recura
