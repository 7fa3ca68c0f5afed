#include <recura/text.h>

#include <algorithm>

#include "api/classify/state.h"
#include "api/input.h"
#include "api/sequential/ranges.h"
#include "api/sequential/vectorization.h"
#include "base/error.h"
#include "task/classify/answer/predict.h"
#include "task/count_forms.h"

namespace recura {
namespace {

TextRule rule_of(const TextVectorization::Options& options) {
  TextRule rule;
  rule.lower_case = options.lower_case;
  rule.drop_html = options.drop_html;
  return rule;
}

/// @throws ArgumentError  if an option is out of range.
TextEncoder encoder_of(const TextVectorization::Options& options, Vocabulary vocabulary) {
  check_range("max_tokens", options.max_tokens, 1, 1'000'000'000);
  check_range("min_count", options.min_count, 1, kMany);
  check_range("max_length", options.max_length, 0, kMany);
  check_choice("keep", options.keep, TextVectorization::Keep::both);
  constexpr Keep kKeeps[] = {Keep::head, Keep::tail, Keep::both};
  return {rule_of(options), std::move(vocabulary), options.max_length, kKeeps[static_cast<int>(options.keep)]};
}

}  // namespace

Dataset Dataset::read(const std::string& path, const InputOptions& input) {
  ReadOptions options = read_options(input);
  options.kind = LabelKind::one;
  LabelledData data = read_labelled(path, options);
  std::vector<std::string> labels;
  for (auto& row : data.labels) labels.push_back(std::move(row.front()));
  return {std::move(data.texts), std::move(labels), data.bad_rows, lines_of(data.problems)};
}

std::vector<std::string> Dataset::label_names() const {
  std::vector<std::string> names = labels;
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::int32_t> Dataset::label_numbers(const std::vector<std::string>& names) const {
  std::vector<std::int32_t> numbers;
  for (const std::string& label : labels) {
    const auto found = std::ranges::find(names, label);
    if (found == names.end())
      throw DataError("row {} of {} has the label {:?}, which is not among those given", numbers.size() + 1,
                      labels.size(), label);
    numbers.push_back(static_cast<std::int32_t>(found - names.begin()));
  }
  return numbers;
}

TextVectorization::TextVectorization(const Options& options)
    : state_(
          std::make_unique<State>(State{options, make_executor(options.threads), encoder_of(options, Vocabulary())})) {}
TextVectorization::TextVectorization(TextVectorization&&) noexcept = default;
TextVectorization& TextVectorization::operator=(TextVectorization&&) noexcept = default;
TextVectorization::~TextVectorization() = default;

void TextVectorization::adapt(const std::vector<std::string>& texts) {
  refuse_bad_utf8(texts);
  const Options& options = state_->options;
  const VocabularyBuilder forms = count_forms(Tokenizer(rule_of(options)), texts, *state_->executor);
  state_->encoder = encoder_of(options, forms.build(options.min_count, options.max_tokens));
}

Ids TextVectorization::operator()(const std::vector<std::string>& texts) const {
  refuse_bad_utf8(texts);
  return encode(state_->encoder, texts, *state_->executor).ids;
}

std::int64_t TextVectorization::vocabulary_size() const { return state_->encoder.vocabulary().size(); }

}  // namespace recura
