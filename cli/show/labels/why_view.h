#pragma once

#include <recura/classifier.h>
#include <recura/offsets.h>

#include <string>

namespace recura::cli {

/// {"label":"pos","log_odds":2.1,"without":-0.3,"tokens":[{"start":0,"end":5,"weight":1.25},…]}, each token with its
/// "attention" if the model attends.
std::string why_json(const std::string& text, const Explanation& why, Offsets unit);

/// The text on one line. With colours: what speaks for the label in green, what speaks against it in red, bold where it
/// is strong. Without: the strongest tokens behind it, "love +1.25, film -0.30".
std::string why_text(const std::string& text, const Explanation& why, bool colours);

}  // namespace recura::cli
