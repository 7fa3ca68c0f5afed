#include "task/summarise/write/write.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <unordered_set>

#include "task/summarise/parts.h"
#include "task/summarise/write/subword_words.h"
#include "text/bytes.h"

namespace recura {
namespace {

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

/// The words of a text whatever their case.
class CaselessForms {
 public:
  explicit CaselessForms(std::string_view text) {
    for (const Token token : tokenizer_.cut(text)) forms_.insert(tokenizer_.form(bytes_of(text, token)));
  }

  /// Whether a word of a summary has a number, or a name by its capital letter, that the text lacks. The first word has
  /// a capital letter whether it is a name or not.
  bool lack(std::string_view word, bool is_first) const {
    return std::ranges::any_of(tokenizer_.cut(word), [&](const Token& part) {
      const std::string_view bytes = bytes_of(word, part);
      const bool says = has_digit(bytes) || ((!is_first || part.begin > 0) && is_capitalised(bytes));
      return says && !forms_.contains(tokenizer_.form(bytes));
    });
  }

 private:
  Tokenizer tokenizer_{TextRule{}};
  std::unordered_set<std::string> forms_;
};

/// A word or subword as it is written: as the text has it if it was copied, and subwords still with their mark.
Piece piece_of(const WriteModel& model, std::string_view text, const WriteSource& source, std::int32_t number,
               const WordOrigin& origin) {
  const TextEncoder& encoder = model.encoder;
  const bool is_known = number < model.network->spec().outputs;
  const auto place = static_cast<std::size_t>(std::max<Index>(origin.place, 0));
  const bool is_copied = origin.place >= 0 && (!is_known || origin.copied > 0.5);
  const std::string_view bytes = is_copied ? bytes_of(text, source.tokens[place]) : std::string_view();
  if (!is_known) return {std::string(bytes), source.ids[place]};
  std::string_view letters = encoder.vocabulary().form(number), mark;
  if (encoder.subwords() != nullptr && letters.starts_with(Subwords::kBegin)) {
    mark = Subwords::kBegin;
    letters.remove_prefix(mark.size());
  }
  // A subword of what one character became, such as a ligature, has no bytes of its own.
  const bool is_same = is_copied && encoder.tokenizer().form(bytes) == letters;
  return {std::string(mark) + std::string(is_same ? bytes : letters), number};
}

std::vector<WrittenWord> words_of(const WriteModel& model, const JoinedPieces& joined,
                                  std::vector<WordOrigin>&& origins) {
  std::vector<WrittenWord> words;
  if (model.encoder.subwords() == nullptr) {
    for (std::size_t i = 0; i < origins.size(); ++i) words.push_back({joined.places[i], std::move(origins[i])});
    return words;
  }
  for (const auto [first, last] : words_of_subwords(joined.text, joined.places)) {
    const auto own = std::span(origins).subspan(first, last - first);
    words.push_back({{joined.places[first].begin, joined.places[last - 1].end}, origin_of_word(own)});
  }
  return words;
}

WrittenSummary summary_of(const WriteModel& model, std::string_view text, const WriteSource& source,
                          const CaselessForms& forms, FoundSummary&& found) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < found.words.size(); ++i)
    pieces.push_back(piece_of(model, text, source, found.words[i], found.origins[i]));
  JoinedPieces joined = model.encoder.subwords() == nullptr ? model.spacing.join(pieces) : join_subwords(pieces);
  WrittenSummary summary{{}, words_of(model, joined, std::move(found.origins)), found.log_p, found.score};
  summary.text = std::move(joined.text);
  for (WrittenWord& word : summary.words)
    word.is_new = forms.lack(bytes_of(summary.text, word.place), word.place.begin == 0);
  return summary;
}

/// Of the whole attention of each word leaves what it attended to most.
void choose_attended(std::span<const Token> tokens, Index attended, WrittenSummary& summary) {
  for (WrittenWord& word : summary.words) {
    word.attended = most_attended(word.origin.attention, tokens, attended);
    word.origin.attention = {};
  }
}

/// The best of what was found, each text once.
std::vector<WrittenSummary> each_text_once(const WriteModel& model, std::string_view text, const WriteSource& source,
                                           std::vector<FoundSummary>&& found, const SearchOptions& options) {
  const CaselessForms forms(text);
  std::vector<WrittenSummary> best;
  for (FoundSummary& one : found) {
    if (std::ssize(best) == options.count) break;
    WrittenSummary summary = summary_of(model, text, source, forms, std::move(one));
    if (std::ranges::count(best, summary.text, &WrittenSummary::text) > 0) continue;
    choose_attended(source.tokens, options.attended, summary);
    best.push_back(std::move(summary));
  }
  return best;
}

}  // namespace

std::vector<WrittenSummaries> write_summaries(const Writer& writer, std::span<const std::string> texts,
                                              const SearchOptions& options, Executor& executor) {
  const WriteModel& model = writer.model;
  std::vector<WriteSource> sources = read_sources(writer, texts, executor);
  SearchOptions all = options;
  if (options.count > 1 && model.encoder.subwords() != nullptr) all.count = options.beam.beam;  // some give one text
  auto found = search(*model.network, sources, all, executor);
  std::vector<WrittenSummaries> result(texts.size());
  for_each_row(texts.size(), executor, [&](std::size_t i) {
    result[i].summaries = each_text_once(model, texts[i], sources[i], std::move(found[i]), options);
    result[i].tokens = std::move(sources[i].tokens);
    result[i].dropped = sources[i].dropped;
  });
  return result;
}

}  // namespace recura
