#include "task/summarise/write/write.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <unordered_set>

#include "task/summarise/parts.h"
#include "text/bytes.h"

namespace recura {
namespace {

/// The words of a text whatever their case.
class CaselessForms {
 public:
  explicit CaselessForms(std::string_view text) {
    for (const Token token : tokenizer_.cut(text)) forms_.insert(tokenizer_.form(bytes_of(text, token)));
  }
  bool has(std::string_view word) const { return forms_.contains(tokenizer_.form(word)); }

 private:
  Tokenizer tokenizer_{TextRule{}};
  std::unordered_set<std::string> forms_;
};

bool has_digit(std::string_view word) {
  for (int32_t at = 0, size = static_cast<int32_t>(word.size()); at < size;) {
    UChar32 c = 0;
    U8_NEXT(word.data(), at, size, c);  // NOLINT(bugprone-inc-dec-in-conditions): so the macro is written
    if (u_isdigit(c)) return true;
  }
  return false;
}

bool is_capitalised(std::string_view word) {
  const UChar32 c = code_point(word);
  return u_isupper(c) || u_istitle(c);
}

WrittenSummary summary_of(const WriteModel& model, std::string_view text, const WriteSource& source,
                          const CaselessForms& forms, FoundSummary&& found) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < found.words.size(); ++i) {
    const std::int32_t number = found.words[i];
    const bool is_known = number < model.network->spec().outputs;
    const WordOrigin& origin = found.origins[i];
    const bool is_copied = origin.place >= 0 && (!is_known || origin.copied > 0.5);
    const auto place = static_cast<std::size_t>(std::max<Index>(origin.place, 0));
    pieces.push_back({is_copied ? std::string(bytes_of(text, source.tokens[place]))
                                : std::string(model.encoder.vocabulary().form(number)),
                      is_known ? number : source.ids[place]});
  }
  JoinedPieces joined = model.spacing.join(pieces);
  WrittenSummary summary{std::move(joined.text), {}, found.log_p, found.score};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    // The first word has a capital letter whether it is a name or not.
    const bool says = has_digit(pieces[i].text) || (i > 0 && is_capitalised(pieces[i].text));
    summary.words.push_back({joined.places[i], std::move(found.origins[i]), says && !forms.has(pieces[i].text)});
  }
  return summary;
}

}  // namespace

std::vector<WrittenSummaries> write_summaries(const Writer& writer, std::span<const std::string> texts,
                                              const SearchOptions& options, Executor& executor) {
  const WriteModel& model = writer.model;
  std::vector<WriteSource> sources = read_sources(writer, texts, executor);
  auto found = search(*model.network, sources, options, executor);
  std::vector<WrittenSummaries> result(texts.size());
  for_each_row(texts.size(), executor, [&](std::size_t i) {
    const CaselessForms forms(texts[i]);
    for (FoundSummary& one : found[i])
      result[i].summaries.push_back(summary_of(model, texts[i], sources[i], forms, std::move(one)));
    result[i].tokens = std::move(sources[i].tokens);
    result[i].dropped = sources[i].dropped;
  });
  return result;
}

}  // namespace recura
