#include "task/tag/features/token_encoder.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "task/tag/features/channels.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr int kTextsPerPart = 32;
constexpr std::size_t kMostCharacters = 32;

}  // namespace

std::string word_form(const Tokenizer& tokenizer, std::string_view token) {
  std::string form = tokenizer.form(token);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_number =
      std::ranges::any_of(form, is_digit) && form.find_first_not_of("0123456789.,:;/-+%") == std::string::npos;
  if (is_number) std::ranges::replace_if(form, is_digit, '0');
  return form;
}

std::vector<std::string> characters_of(std::string_view token) {
  std::vector<std::string> characters;
  for (std::size_t at = 0; at < token.size() && characters.size() < kMostCharacters;) {
    const std::size_t length = utf8_length(token.substr(at));
    characters.emplace_back(token.substr(at, length));
    at += length;
  }
  return characters;
}

TokenEncoder::TokenEncoder(TextRule rule, Vocabulary words, Vocabulary characters, Lexicon lexicon,
                           std::vector<ChannelSpec> channels)
    : tokenizer_(rule), words_(std::move(words)), characters_(std::move(characters)), lexicon_(std::move(lexicon)) {
  set_channels(std::move(channels));
}

void TokenEncoder::set_channels(std::vector<ChannelSpec> channels) {
  for (const ChannelSpec& channel : channels) check_channel(channel, words_.size(), std::ssize(lexicon_.types()));
  channels_ = std::move(channels);
}

TokenFeatures TokenEncoder::encode(const TaggedText& text) const {
  const ChannelInput input = channel_input(text, tokenizer_);
  TokenFeatures features;
  features.length = static_cast<Index>(text.tokens.size());
  for (const ChannelSpec& channel : channels_) {
    features.channels.push_back(channel.name == "lexicon" ? lexicon_ids(channel, input, lexicon_)
                                                          : channel_ids(channel, input, words_));
  }
  return features;
}

TextFeatures TokenEncoder::encode(std::span<const TaggedText> texts, Executor& executor) const {
  TextFeatures result;
  result.texts.resize(texts.size());
  const int parts = static_cast<int>((texts.size() + kTextsPerPart - 1) / kTextsPerPart);
  executor.run(parts, [&](int part) {
    const std::size_t begin = static_cast<std::size_t>(part) * kTextsPerPart;
    for (std::size_t i = begin; i < std::min(texts.size(), begin + kTextsPerPart); ++i)
      result.texts[i] = encode(texts[i]);
  });
  std::unordered_map<std::string_view, std::int32_t> forms;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    TokenFeatures& features = result.texts[i];
    result.tokens += features.length;
    if (!channels_.empty() && channels_.front().name == "word")
      result.unknown += std::ranges::count(features.channels.front().ids, Vocabulary::kUnknown);
    if (characters_.size() == 1) continue;  // characters are not read
    for (Index token = 0; token < features.length; ++token) {
      const std::string_view form = texts[i].token(token);
      const auto [found, is_new] = forms.emplace(form, static_cast<std::int32_t>(forms.size()));
      features.forms.push_back(found->second);
      if (!is_new) continue;
      auto& ids = result.forms.emplace_back();
      for (const std::string& character : characters_of(form)) ids.push_back(characters_.id(character));
    }
  }
  return result;
}

}  // namespace recura
