#include "show/summary_view.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "show/json_text.h"
#include "show/labels/label_view.h"

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const RougeRates& rates) {
  return {{"precision", rates.precision},
          {"recall", rates.recall},
          {"f1", rates.f1},
          {"f1_interval", {rates.f1_low, rates.f1_high}}};
}

bool is_known(const SummaryScores& scores) { return scores.sentences.rows > 0; }

/// `piece`: what is chosen, "sentence".
Json to_json(const SummaryScores& scores, const std::string& piece) {
  const auto known = [&](double rate) { return is_known(scores) ? Json(rate) : Json(); };
  return {{"rouge1", to_json(scores.rouge1)},
          {"rouge2", to_json(scores.rouge2)},
          {"rougeL", to_json(scores.rouge_l)},
          {"rougeLsum", to_json(scores.rouge_lsum)},
          {"length_ratio", scores.length_ratio},
          {"copied", scores.copied},
          {"repeated", scores.repeated},
          {piece + "_f1", known(scores.sentences.f1)},
          {piece + "_recall", known(scores.sentences.recall)}};
}

void print_scores(Output& out, const char* what, const SummaryScores& scores) {
  const std::string sentences = is_known(scores) ? fmt::format("{:.4f}", scores.sentences.f1) : "n/a";
  out.write(fmt::format("{}  {:>9.4f}  {:>9.4f}  {:>9.4f}  {:>9.4f}  {:>9}  {:>8.2f}\n", padded(what, 9),
                        scores.rouge1.f1, scores.rouge2.f1, scores.rouge_l.f1, scores.rouge_lsum.f1, sentences,
                        scores.length_ratio));
}

/// The number with six digits, as other rows have it.
double rounded(double value) {
  const std::string digits = fmt::format("{:.6g}", value);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// Where something begins and ends, converted.
using Converted = std::pair<std::size_t, std::size_t>;

/// Of each word of a summary where it comes from, then where the words stand that it attended to. All are converted at
/// once, since each conversion goes through the text from its beginning.
std::vector<Converted> source_places(const std::string& source, const std::vector<SummaryWord>& words, Offsets unit) {
  std::vector<TextPlace> places;
  for (const SummaryWord& word : words) {
    places.push_back({word.source_begin, word.source_end});
    for (const AttendedWord& one : word.attention) places.push_back({one.begin, one.end});
  }
  return offsets_of(source, places, unit);
}

Json word_json(const WrittenText& written, const SummaryWord& word, const Converted& at) {
  return {{"text", written.text.substr(word.begin, word.end - word.begin)}, {"start", at.first}, {"end", at.second}};
}

/// `source`: the word's own place among the `source_places`, before those of what it attended to.
void add_source(const SummaryWord& word, const Converted* source, Json& json) {
  json["copied"] = rounded(word.copied);
  if (word.source_end > word.source_begin) json["source"] = {source->first, source->second};
  json["attention"] = Json::array();
  for (const AttendedWord& one : word.attention) {
    ++source;
    json["attention"].push_back({source->first, source->second, rounded(one.weight)});
  }
}

Json written_json(const std::string& source, const WrittenText& written, Offsets unit, bool tells) {
  Json json{{"summary", written.text}, {"score", rounded(written.score)}, {"new", Json::array()}};
  const std::vector<Converted> places = offsets_of(written.text, written.words, unit);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (written.words[i].is_new) json["new"].push_back(word_json(written, written.words[i], places[i]));
  }
  if (!tells) return json;
  json["words"] = Json::array();
  const std::vector<Converted> sources = source_places(source, written.words, unit);
  const Converted* at = sources.data();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const SummaryWord& word = written.words[i];
    add_source(word, at, json["words"].emplace_back(word_json(written, word, places[i])));
    at += 1 + word.attention.size();
  }
  return json;
}

Json to_json(const std::string& text, const std::vector<Keyphrase>& keyphrases, Offsets unit) {
  Json json = Json::array();
  for (const Keyphrase& one : keyphrases) {
    Json places = Json::array();
    for (const auto& [begin, end] : offsets_of(text, one.places, unit)) places.push_back({begin, end});
    json.push_back({{"text", one.text}, {"score", rounded(one.score)}, {"places", std::move(places)}});
  }
  return json;
}

}  // namespace

Json to_json(const std::string& file, const SummaryEvaluation& e) {
  Json json{{"file", file}, {"format", e.format}, {"texts", e.texts}, {"bad_rows", e.bad_rows}};
  const bool compresses = e.kind == "compress";
  const auto json_of = [&](const SummaryScores& scores) {
    Json one = to_json(scores, compresses ? "kept" : "sentence");
    if (compresses) one["share"] = scores.share;
    if (scores.perplexity > 0) one["perplexity"] = scores.perplexity;
    return one;
  };
  if (is_known(e.scores)) json["as_many_as_reference"] = e.as_many;
  json.update(json_of(e.scores));
  if (e.kind == "write") json["with_new"] = e.with_new;
  if (!e.kind.empty()) json["lead"] = json_of(e.lead);
  if (e.kind == "select" || compresses) json["oracle"] = json_of(e.oracle);
  if (compresses) json["free"] = json_of(e.free);
  return json;
}

void print_table(Output& out, const std::string& file, const SummaryEvaluation& e) {
  out.write(fmt::format("{}: {}, {} texts\n", printable(file), e.format, e.texts));
  if (e.bad_rows > 0) out.write(fmt::format("bad rows: {}, such as\n", e.bad_rows));
  for (const std::string& problem : e.problems) out.write(fmt::format("  {}\n", printable(problem)));
  const bool compresses = e.kind == "compress";
  if (e.as_many)
    out.write(fmt::format("chosen: as many {} as the reference has\n", compresses ? "words" : "sentences"));
  out.write(fmt::format("{}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>8}\n", padded("F1", 9), "ROUGE-1", "ROUGE-2",
                        "ROUGE-L", "ROUGE-Ls", compresses ? "kept" : "sentences", "length"));
  print_scores(out, "model", e.scores);
  if (!e.kind.empty()) print_scores(out, "lead", e.lead);
  if (e.kind == "select" || compresses) print_scores(out, "oracle", e.oracle);
  if (compresses) print_scores(out, "free", e.free);
  out.write(fmt::format("95 %: ROUGE-1 {:.4f} to {:.4f}, ROUGE-2 {:.4f} to {:.4f}, ROUGE-L {:.4f} to {:.4f}\n",
                        e.scores.rouge1.f1_low, e.scores.rouge1.f1_high, e.scores.rouge2.f1_low,
                        e.scores.rouge2.f1_high, e.scores.rouge_l.f1_low, e.scores.rouge_l.f1_high));
  if (compresses)
    out.write(fmt::format("kept of the texts {:.4f}, by the reference {:.4f}, free {:.4f}\n", e.scores.share,
                          e.oracle.share, e.free.share));
  if (e.scores.perplexity > 0)
    out.write(fmt::format("perplexity {:.2f}, lead {:.2f}, oracle {:.2f}, free {:.2f}\n", e.scores.perplexity,
                          e.lead.perplexity, e.oracle.perplexity, e.free.perplexity));
  out.write(fmt::format("words copied from the text {:.4f}, runs of three repeated {:.4f}\n", e.scores.copied,
                        e.scores.repeated));
  if (e.kind == "write")
    out.write(fmt::format("summaries with a number or name that their text lacks {:.4f}\n", e.with_new));
}

std::string json_line(const SummaryRowAnswer& row, const std::vector<SummarySentence>& pieces, const AnswerView& view) {
  std::vector<std::string_view> taken{"summary", view.pieces, "error", "line"};
  if (view.has_keyphrases) taken.emplace_back("keyphrases");
  std::string line = "{" + own_fields(row.fields, taken);
  if (line.size() > 1) line += ",";
  if (!row.error.empty()) return fmt::format("{}\"error\":{},\"line\":{}}}\n", line, json_string(row.error), row.line);
  const auto offsets = offsets_of(row.text, pieces, view.unit);
  std::string places;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    places += fmt::format(R"({}{{"start":{},"end":{},"score":{:.6g}}})", i == 0 ? "" : ",", offsets[i].first,
                          offsets[i].second, pieces[i].score);
  }
  line += fmt::format("\"summary\":{},\"{}\":[{}]", json_string(row.answer.text), view.pieces, places);
  if (view.has_keyphrases) line += ",\"keyphrases\":" + json_text(to_json(row.text, row.answer.keyphrases, view.unit));
  return line + "}\n";
}

std::string written_line(const SummaryRowAnswer& row, Offsets unit, bool tells) {
  constexpr std::array<std::string_view, 8> kTaken{"summary", "score",  "new",   "words",
                                                   "dropped", "others", "error", "line"};
  std::string line = "{" + own_fields(row.fields, kTaken);
  if (line.size() > 1) line += ",";
  if (!row.error.empty()) return fmt::format("{}\"error\":{},\"line\":{}}}\n", line, json_string(row.error), row.line);
  const auto& written = row.answer.written;
  Json json = written_json(row.text, written.empty() ? WrittenText() : written.front(), unit, tells);
  if (row.answer.dropped > 0) json["dropped"] = row.answer.dropped;
  for (std::size_t i = 1; i < written.size(); ++i)
    json["others"].push_back(written_json(row.text, written[i], unit, tells));
  return line + json_text(json).substr(1) + "\n";
}

std::string tsv_line(const SummaryRowAnswer& row, std::size_t best) {
  std::string line;
  if (!row.error.empty()) line = fmt::format("error: line {}: {}\t\t", row.line, printable(row.error));
  for (const WrittenText& one : row.answer.written) line += fmt::format("{}\t{:.6g}\t", printable(one.text), one.score);
  const std::size_t written = row.error.empty() ? row.answer.written.size() : 1;
  line.append(2 * (std::max(best, written) - written), '\t');
  return line + (row.error.empty() ? printable(row.text) : "") + "\n";
}

std::string text_line(const SummaryRowAnswer& row) {
  if (!row.error.empty()) return fmt::format("error: line {}: {}\n", row.line, printable(row.error));
  std::string line = printable(row.answer.text);
  for (std::size_t i = 1; i < row.answer.written.size(); ++i) line += "\t" + printable(row.answer.written[i].text);
  const auto& keyphrases = row.answer.keyphrases;
  for (std::size_t i = 0; i < keyphrases.size(); ++i) line += (i == 0 ? "\t" : "; ") + printable(keyphrases[i].text);
  return line + "\n";
}

}  // namespace recura::cli
