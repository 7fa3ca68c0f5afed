#include "task/summarise/compress/words.h"

#include <algorithm>
#include <atomic>
#include <iterator>

#include "task/summarise/compress/align.h"
#include "task/summarise/parts.h"
#include "task/summarise/select/choose.h"
#include "text/bytes.h"
#include "text/sentences.h"

namespace recura {
namespace {

std::vector<std::string> small_forms(std::string_view text, std::span<const Token> words) {
  const Tokenizer small{TextRule{}};
  std::vector<std::string> forms;
  for (const Token& word : words) forms.push_back(small.form(bytes_of(text, word)));
  return forms;
}

/// A word is kept if it begins in a piece that is.
std::vector<bool> flags_of(const SummaryRow& row, std::span<const Token> words) {
  std::vector<bool> keep;
  std::size_t at = 0;
  for (const Token& word : words) {
    while (at < row.sentences.size() && row.sentences[at].end <= word.begin) ++at;
    keep.push_back(at < row.sentences.size() && row.sentences[at].begin <= word.begin && row.keep[at]);
  }
  return keep;
}

Alignment aligned(const SummaryRow& row, const Tokenizer& tokenizer, std::span<const Token> words) {
  const std::string& summary = row.summaries.front();
  return align(small_forms(row.text, words), small_forms(summary, cut_words(tokenizer, summary)));
}

constexpr std::size_t kMostWords = 512;

/// The words `begin` … `end` - 1 of a row as a text of their own.
TaggedText tagged_words(const SummaryRow& row, std::size_t begin, std::size_t end) {
  TaggedText tagged;
  const std::size_t offset = row.sentences[begin].begin;
  tagged.text = row.text.substr(offset, row.sentences[end - 1].end - offset);
  tagged.line = row.line;
  bool is_open = false;  // the last span may go on
  for (std::size_t at = begin; at < end; ++at) {
    const Index place = std::ssize(tagged.tokens);
    tagged.tokens.push_back({row.sentences[at].begin - offset, row.sentences[at].end - offset});
    const bool is_kept = !row.keep.empty() && row.keep[at];
    if (is_kept && !is_open) tagged.spans.push_back({place, place, kKept});
    if (is_kept) tagged.spans.back().end = place + 1;
    is_open = is_kept;
  }
  return tagged;
}

}  // namespace

std::vector<Token> cut_words(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<Token> words;
  for (const Token& sentence : cut_sentences(text)) {
    for (const Token& word : tokenizer.cut(bytes_of(text, sentence)))
      words.push_back({sentence.begin + word.begin, sentence.begin + word.end});
  }
  return words;
}

std::int64_t find_kept(std::vector<SummaryRow>& rows, const Tokenizer& tokenizer, Executor& executor) {
  std::atomic<std::int64_t> partial = 0;
  for_each_row(rows.size(), executor, [&](std::size_t i) {
    SummaryRow& row = rows[i];
    std::vector<Token> words = cut_words(tokenizer, row.text);
    if (row.keep.empty()) {
      Alignment found = aligned(row, tokenizer, words);
      partial += found.is_whole ? 0 : 1;
      row.keep = std::move(found.keep);
    } else {
      row.keep = flags_of(row, words);
    }
    row.sentences = std::move(words);
  });
  return partial;
}

std::vector<TaggedText> tagged_sentences(const SummaryRow& row) {
  std::vector<TaggedText> result;
  std::size_t at = 0;
  for (const Token& sentence : cut_sentences(row.text)) {
    const std::size_t first = at;
    while (at < row.sentences.size() && row.sentences[at].begin < sentence.end) ++at;
    for (std::size_t begin = first; begin < at; begin += kMostWords)
      result.push_back(tagged_words(row, begin, std::min(begin + kMostWords, at)));
  }
  return result;
}

std::vector<TaggedText> tagged_sentences(std::span<const SummaryRow> rows) {
  std::vector<TaggedText> result;
  for (const SummaryRow& row : rows) std::ranges::move(tagged_sentences(row), std::back_inserter(result));
  return result;
}

std::string joined_words(std::string_view text, std::span<const Token> words, std::span<const std::size_t> chosen) {
  std::string joined;
  std::size_t next = 0;  // behind the chosen word before
  for (const std::size_t i : chosen) {
    bool has_gap = false, is_behind_gap = false;
    for (std::size_t at = std::max<std::size_t>(next, 1); at <= i; ++at) {
      is_behind_gap = words[at - 1].end < words[at].begin;
      has_gap = has_gap || is_behind_gap;
    }
    const std::string_view word = bytes_of(text, words[i]);
    if (!joined.empty() && (is_behind_gap || (has_gap && has_letter_or_digit(word)))) joined += ' ';
    joined += word;
    next = i + 1;
  }
  return joined;
}

}  // namespace recura
