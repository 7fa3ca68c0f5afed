#include "show/data_summary.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "show/terminal.h"

namespace recura::cli {
namespace {

void print_problems(const char* where, std::int64_t bad, const std::vector<std::string>& problems) {
  if (bad > 0) say("left out{}: {} bad rows, such as\n", where, bad);
  for (const std::string& problem : problems) say("  {}\n", printable(problem));
}

/// "labels: neg 12, pos 30": the first of them, without an end of line.
void print_counts(const char* what, const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  constexpr std::size_t kShown = 12;
  say("{}:", what);
  for (std::size_t k = 0; k < std::min(counts.size(), kShown); ++k)
    say(" {}{}{}{}", printable(counts[k].first), counts[k].first.empty() ? "" : " ", counts[k].second,
        k + 1 < counts.size() ? "," : "");
  if (counts.size() > kShown) say(" … {} in all", counts.size());
}

void print_vectors(const VectorSummary& vectors) {
  if (vectors.words == 0) return;
  say("vectors: for {} of {} training words", vectors.with_vectors, vectors.words);
  if (vectors.with_vectors == 0) say(": are they of another language, or written in another way?");
  for (const std::string& word : vectors.without_vector)
    say("{} {}", &word == &vectors.without_vector.front() ? "; none for" : "", printable(word));
  say("\n");
}

}  // namespace

void print_summary(const std::string& path, const DataSummary& data) {
  say("{}: {}, {} rows to train on, {} to choose the best epoch by\n", printable(path), data.train_format,
      data.train_rows, data.dev_rows);
  print_problems("", data.bad_rows, data.problems);
  print_problems(" of the dev file", data.dev_bad_rows, data.dev_problems);
  print_counts("labels", data.rows_per_label);
  say("; the most frequent one alone scores {:.4f}\n", data.majority);
  if (data.several)
    say("a text may have several of them: {} rows have more than one, {} none (--labels-per-text one: exactly one "
        "each)\n",
        data.rows_of_several, data.rows_of_none);
  say("tokens: {} read, {} forms known, unknown {:.1f} % (dev {:.1f} %), beyond the length read {:.1f} %\n",
      data.tokens, data.vocabulary, 100 * data.train_unknown, 100 * data.dev_unknown, 100 * data.dropped);
  print_vectors(data.vectors);
  for (const std::string& note : data.notes) say("note: {}\n", printable(note));
  if (data.dev_rows_unseen > 0)
    say("dev rows with a label that no training row has: {}; they count as wrong\n", data.dev_rows_unseen);
}

void print_summary(const std::string& path, const TaggedDataSummary& data) {
  say("{}: {}{}{}, {} texts to train on, {} to choose the best epoch by\n", printable(path), data.format,
      data.scheme.empty() ? "" : " ", data.scheme, data.train_texts, data.dev_texts);
  print_problems("", data.bad_rows, data.problems);
  if (data.bad_spans > 0) say("left out of good rows: {} bad spans\n", data.bad_spans);
  if (data.repaired > 0) say("mended: {} tags\n", data.repaired);
  print_problems(" of the dev file", data.dev_bad_rows, data.dev_problems);
  const bool is_segmented = data.types.size() == 1 && data.types[0].first.empty();
  print_counts(is_segmented ? "words" : "spans", data.types);
  say("\ntokens ({}s): {} read, {} forms known, unknown {:.1f} % (dev {:.1f} %)\n", data.unit, data.tokens, data.words,
      100 * data.train_unknown, 100 * data.dev_unknown);
  if (!data.labels.empty()) say("labels of whole texts: {}\n", data.labels.size());
  if (data.lexicon > 0) say("names to look for: {}\n", data.lexicon);
  print_vectors(data.vectors);
  for (const std::string& note : data.notes) say("note: {}\n", printable(note));
  if (data.dev_spans_unseen > 0)
    say("dev spans of a type that no training text has: {}; they count as missed\n", data.dev_spans_unseen);
}

void print_summary(const std::string& path, const SummaryDataSummary& data) {
  say("{}: {}, {} texts to train on, {} to choose the best epoch by\n", printable(path), data.format, data.train_texts,
      data.dev_texts);
  print_problems("", data.bad_rows, data.problems);
  print_problems(" of the dev file", data.dev_bad_rows, data.dev_problems);
  const char* const part = data.dev_texts > 0 ? "dev" : "the training texts";
  if (data.kind == "write") {
    say("words of summaries: {}, {:.1f} % stand in their texts, {:.1f} % cannot be written; {} forms can\n", data.words,
        100 * data.copied, 100 * data.lost, data.outputs);
    say("the beginning of the text alone has ROUGE {:.4f} on {}\n", data.lead, part);
  } else if (data.kind == "compress") {
    say("words and marks: {}, of which summaries keep {} ({:.1f} %); the first ones alone score {:.4f} on {}\n",
        data.tokens, data.kept, 100.0 * static_cast<double>(data.kept) / static_cast<double>(data.tokens), data.lead,
        part);
    say("summaries with words that their text has not in that order: {}\n", data.partial);
  } else {
    say("sentences: {}, of which {} belong to summaries; the first ones alone score {:.4f} on {}\n", data.sentences,
        data.kept, data.lead, part);
  }
  say("tokens: {} read, {} forms known, unknown {:.1f} % (dev {:.1f} %), beyond the length read {:.1f} %\n",
      data.tokens, data.vocabulary, 100 * data.train_unknown, 100 * data.dev_unknown, 100 * data.dropped);
  print_vectors(data.vectors);
  for (const std::string& note : data.notes) say("note: {}\n", printable(note));
}

void print_summary(const std::string& path, const LanguageDataSummary& data) {
  say("{}: {}, {} texts to train on, {} to choose the best epoch by\n", printable(path), data.format, data.train_texts,
      data.dev_texts);
  print_problems("", data.bad_rows, data.problems);
  print_problems(" of the dev file", data.dev_bad_rows, data.dev_problems);
  say("tokens: {} read, {} forms known, unknown {:.1f} % (dev {:.1f} %)\n", data.tokens, data.vocabulary,
      100 * data.train_unknown, 100 * data.dev_unknown);
  print_vectors(data.vectors);
  for (const std::string& note : data.notes) say("note: {}\n", printable(note));
}

}  // namespace recura::cli
