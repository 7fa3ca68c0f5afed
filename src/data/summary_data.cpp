#include "data/summary_data.h"

#include <simdjson.h>

#include <algorithm>

#include "base/error.h"
#include "data/rows/row_source.h"

namespace recura {
namespace {

/// Makes rows of the fields that a source gives; a row that is bad gets its reason.
class RowMaker {
 public:
  explicit RowMaker(const SummaryReadOptions& options) : options_(options) {}

  /// Empty if all is well; else why the row is bad.
  std::string make(SourceRow& source, SummaryRow& row) {
    row = {std::move(source.text), {}, {}, {}, source.line};
    const simdjson::padded_string json("{" + source.fields + "}");
    simdjson::dom::object fields;
    if (const auto parsed = parser_.parse(json).get(fields); parsed != simdjson::SUCCESS)
      return fmt::format("its fields cannot be read: {}", simdjson::error_message(parsed));
    std::string problem = read_sentences(fields, row);
    if (problem.empty()) problem = read_flags(fields, row);
    return problem.empty() ? read_summary(fields, row) : problem;
  }

 private:
  std::string read_sentences(simdjson::dom::object fields, SummaryRow& row) const {
    simdjson::dom::array sentences;
    const auto found = fields[options_.sentences_field];
    if (found.error() == simdjson::NO_SUCH_FIELD) return "";
    if (found.get(sentences) != simdjson::SUCCESS) return not_an_array(options_.sentences_field, "strings");
    std::size_t from = 0;
    for (const simdjson::dom::element one : sentences) {
      std::string_view sentence;
      if (one.get(sentence) != simdjson::SUCCESS) return not_an_array(options_.sentences_field, "strings");
      const std::size_t at = row.text.find(sentence, from);
      if (at == std::string::npos || sentence.empty())
        return fmt::format("number {} of \"{}\" is empty or does not stand in the text behind those before it",
                           row.sentences.size() + 1, options_.sentences_field);
      from = at + sentence.size();
      row.sentences.push_back({at, from});
    }
    return "";
  }

  std::string read_flags(simdjson::dom::object fields, SummaryRow& row) const {
    simdjson::dom::array flags;
    const auto found = fields[options_.keep_field];
    if (found.error() == simdjson::NO_SUCH_FIELD) return "";
    if (found.get(flags) != simdjson::SUCCESS) return not_an_array(options_.keep_field, "0 and 1");
    for (const simdjson::dom::element one : flags) {
      std::uint64_t number = 0;
      bool flag = false;
      const bool is_number = one.get(number) == simdjson::SUCCESS && number < 2;
      if (!is_number && one.get(flag) != simdjson::SUCCESS) return not_an_array(options_.keep_field, "0 and 1");
      row.keep.push_back(is_number ? number == 1 : flag);
    }
    if (row.keep.size() == row.sentences.size()) return "";
    return fmt::format("{} flags, but {} {}", row.keep.size(), row.sentences.size(), options_.sentences_field);
  }

  /// Without a summary, the flagged sentences are one, a line each.
  std::string read_summary(simdjson::dom::object fields, SummaryRow& row) const {
    const auto found = fields[options_.summary_field];
    simdjson::dom::array several;
    std::string_view one;
    if (found.get(one) == simdjson::SUCCESS) {
      row.summaries.emplace_back(one);
    } else if (found.get(several) == simdjson::SUCCESS) {
      for (const simdjson::dom::element element : several) {
        if (element.get(one) != simdjson::SUCCESS) return not_an_array(options_.summary_field, "strings");
        row.summaries.emplace_back(one);
      }
    } else if (found.error() != simdjson::NO_SUCH_FIELD) {
      return fmt::format("\"{}\" must be a string or an array of strings", options_.summary_field);
    } else if (!row.keep.empty()) {
      row.summaries.push_back(flagged(row));
    }
    if (row.summaries.empty()) return fmt::format("no field \"{}\"{}", options_.summary_field, field_hint("summary"));
    return "";
  }

  static std::string flagged(const SummaryRow& row) {
    std::string summary;
    for (std::size_t i = 0; i < row.keep.size(); ++i) {
      if (!row.keep[i]) continue;
      if (!summary.empty()) summary += '\n';
      summary += row.text.substr(row.sentences[i].begin, row.sentences[i].end - row.sentences[i].begin);
    }
    return summary;
  }

  static std::string not_an_array(const std::string& field, const char* of) {
    return fmt::format("\"{}\" must be an array of {}", field, of);
  }

  SummaryReadOptions options_;
  simdjson::dom::parser parser_;
};

}  // namespace

SummaryData read_summaries(const std::string& path, const SummaryReadOptions& options) {
  RowSource source(path, options.read, false);
  RowMaker maker(options);
  SummaryData data;
  read_rows(path, options.read, source, data, [&](SourceRow& read) {
    SummaryRow row;
    std::string problem = maker.make(read, row);
    if (problem.empty()) data.rows.push_back(std::move(row));
    return problem;
  });
  return data;
}

}  // namespace recura
