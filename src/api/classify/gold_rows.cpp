#include "api/classify/gold_rows.h"

#include <algorithm>
#include <unordered_map>

#include "api/training.h"
#include "base/error.h"

namespace recura {

GoldRows gold_rows(const LabelledData& data, const std::vector<std::string>& names) {
  std::unordered_map<std::string_view, std::int32_t> numbers;
  for (std::size_t k = 0; k < names.size(); ++k) numbers.emplace(names[k], static_cast<std::int32_t>(k));
  GoldRows gold;
  for (const auto& row : data.labels) {
    LabelSet& set = gold.labels.emplace_back();
    for (const std::string& label : std::set(row.begin(), row.end())) {
      const auto found = numbers.find(label);
      set.push_back(found == numbers.end() ? kUnseenLabel : found->second);
      if (found == numbers.end()) gold.unseen.insert(label);
    }
    std::ranges::sort(set);
    const auto unseen = std::ranges::count(set, kUnseenLabel);
    gold.unseen_rows += unseen > 0 ? 1 : 0;
    gold.known += std::ssize(set) - unseen;
  }
  return gold;
}

void check_abstain(const ClassifierModel& model, double abstain) {
  LabellingOptions options{.abstain = abstain};
  check_values(describe(options));
  if (abstain > 0 && model.decision.several)
    throw ArgumentError("--abstain is for models that give one label; of several, each has its threshold");
}

ReadOptions read_options(const InputOptions& input, const ClassifierModel& model) {
  ReadOptions options = read_options(input);
  options.kind = model.decision.several ? LabelKind::several : LabelKind::one;
  return options;
}

}  // namespace recura
