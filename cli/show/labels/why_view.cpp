#include "show/labels/why_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "show/json_text.h"
#include "show/terminal.h"

namespace recura::cli {
namespace {

double size(const TokenWeight& token) { return std::abs(token.weight); }

std::string piece(const std::string& text, std::size_t begin, std::size_t end) {
  return printable(std::string_view(text).substr(begin, end - begin));
}

std::string coloured(const std::string& text, const Explanation& why) {
  constexpr double kShown = 0.1, kStrong = 0.4;  // of the largest weight
  double most = 0;
  for (const TokenWeight& token : why.tokens) most = std::max(most, size(token));
  std::string line;
  std::size_t at = 0;
  for (const TokenWeight& token : why.tokens) {
    if (size(token) < kShown * most || most == 0) continue;
    line += piece(text, at, token.begin);
    line += fmt::format("\x1B[{};{}m{}\x1B[0m", size(token) < kStrong * most ? 0 : 1, token.weight > 0 ? 32 : 31,
                        piece(text, token.begin, token.end));
    at = token.end;
  }
  return line + piece(text, at, text.size());
}

std::string strongest(const std::string& text, const Explanation& why) {
  constexpr std::size_t kShown = 5;
  std::vector<TokenWeight> tokens = why.tokens;
  std::ranges::stable_sort(tokens, std::ranges::greater(), size);
  tokens.resize(std::min(tokens.size(), kShown));
  std::string line;
  for (const TokenWeight& token : tokens)
    line += fmt::format("{}{} {:+.2f}", line.empty() ? "" : ", ", piece(text, token.begin, token.end), token.weight);
  return line;
}

}  // namespace

std::string why_json(const std::string& text, const Explanation& why, Offsets unit) {
  const auto offsets = offsets_of(text, why.tokens, unit);
  const bool attends = std::ranges::any_of(why.tokens, [](const TokenWeight& token) { return token.attention > 0; });
  std::string json;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    json += fmt::format("{}{{\"start\":{},\"end\":{},\"weight\":{:.4g}", i == 0 ? "" : ",", offsets[i].first,
                        offsets[i].second, why.tokens[i].weight);
    json += attends ? fmt::format(",\"attention\":{:.4g}}}", why.tokens[i].attention) : "}";
  }
  return fmt::format("{{\"label\":{},\"log_odds\":{:.4g},\"without\":{:.4g},\"tokens\":[{}]}}", json_string(why.label),
                     why.log_odds, why.without, json);
}

std::string why_text(const std::string& text, const Explanation& why, bool colours) {
  return colours ? coloured(text, why) : piece(text, 0, text.size()) + "\t" + strongest(text, why);
}

}  // namespace recura::cli
