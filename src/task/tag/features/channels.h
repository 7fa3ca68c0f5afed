#pragma once

#include <string>
#include <vector>

#include "data/tagged/tagged_text.h"
#include "task/tag/features/lexicon.h"
#include "task/tag/features/token_features.h"
#include "task/tag/tag_network.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"

namespace recura {

/// What the channels of a text are made of; `TokenEncoder` says what each channel is.
struct ChannelInput {
  const TaggedText& text;
  const Tokenizer& tokenizer;
  std::vector<std::string> forms;  // as the lexicon spells them
  std::vector<std::string> words;  // as the vocabulary has them
};

ChannelInput channel_input(const TaggedText& text, const Tokenizer& tokenizer);

/// `words`: the size of the vocabulary; `lexicon_types`: how many distinct ones there are.
/// @throws DataError  if the channel's name or slots are none that there are, or its vocabulary is too small.
void check_channel(const ChannelSpec& channel, Index words, Index lexicon_types);

/// One id a slot.
ChannelIds channel_ids(const ChannelSpec& channel, const ChannelInput& input, const Vocabulary& words);
/// Any number of ids a slot.
ChannelIds lexicon_ids(const ChannelSpec& channel, const ChannelInput& input, const Lexicon& lexicon);

}  // namespace recura
