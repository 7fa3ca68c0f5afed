#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace recura {

/// The words that ROUGE counts, as the rouge-score package finds them: runs of a-z and 0-9 of the text in small
/// letters. Where that package finds nothing, Chinese and Japanese characters are a word each, and runs of letters of
/// any other script but Latin are one.
///
/// `stem`: English words of more than three letters are replaced by their stems. Linear time.
std::vector<std::string> rouge_words(std::string_view text, bool stem = false);

}  // namespace recura
