#pragma once

#include <string>
#include <string_view>

namespace recura {

/// The stem of an English word: "relational" to "relat" (Porter, An algorithm for suffix stripping, 1980), as NLTK
/// extends the algorithm, which the rouge-score package stems with: irregular forms such as "dying", `ie` kept in short
/// words such as "died", `y` to `i` behind a consonant alone.
///
/// `word` has small ASCII letters and digits only. Linear time.
std::string porter_stem(std::string_view word);

}  // namespace recura
