#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "data/name_list.h"
#include "data/summary_data.h"
#include "data/tagged/tagged_data.h"
#include "data/tagged/tagged_writer.h"
#include "data/text_rows.h"
#include "data/vectors.h"
#include "fuzz/target.h"
#include "text/utf8.h"

namespace recura::fuzz {
namespace {

bool is_utf8(std::string_view text) { return !find_bad_utf8(text); }

void check_texts(const LabelledData& data) {
  require(data.labels.size() == data.texts.size() && data.lines.size() == data.texts.size(), "each row has all parts");
  require(std::ranges::all_of(data.texts, is_utf8), "texts are UTF-8");
  require(std::ranges::is_sorted(data.lines) && data.lines.front() > 0, "lines ascend from 1");
  for (const auto& labels : data.labels) {
    require(data.several || labels.size() == 1, "a row has one label unless rows have several");
    require(std::ranges::all_of(labels, [](const auto& label) { return !label.empty() && is_utf8(label); }),
            "labels are UTF-8 and not empty");
  }
  require(std::ranges::all_of(data.weights, [](double w) { return std::isfinite(w) && w >= 0; }), "weights are >= 0");
}

void check_rows(const std::string& path, const ReadOptions& options) {
  unless_refused([&] {
    TextRowReader rows(path, options);
    for (TextRow row; rows.next(row);) {
      if (!row.error.empty()) continue;
      require(is_utf8(row.text), "texts are UTF-8");
      require(row.fields.find('\n') == std::string::npos, "other fields stand on one line");
      require(nlohmann::json::accept("{" + row.fields + "}"), "other fields are JSON");
    }
    return true;
  });
}

template <DataFormat format>
void read_rows(std::string_view bytes) {
  const std::string path = file_of(bytes);
  ReadOptions options{.format = format};
  if (bytes.find("weight") != std::string_view::npos) options.weight_field = "weight";
  const auto read = [&] { return unless_refused([&] { return read_labelled(path, options); }); };
  const auto data = read();
  if (data) check_texts(*data);
  options.skip_bad_rows = false;
  require(read().has_value() == (data && data->bad_rows == 0), "a bad row is an error unless it is skipped");
  options.replace_bad_utf8 = true;
  check_rows(path, options);
}

void read_summary_rows(std::string_view bytes) {
  const auto data =
      unless_refused([&] { return read_summaries(file_of(bytes), {.read = {.format = DataFormat::jsonl}}); });
  if (!data) return;
  for (const SummaryRow& row : data->rows) {
    require(is_utf8(row.text) && std::ranges::all_of(row.summaries, is_utf8), "texts and summaries are UTF-8");
    require(row.keep.empty() || row.keep.size() == row.sentences.size(), "each sentence has a flag");
    std::size_t end = 0;
    for (const Token& sentence : row.sentences) {
      require(sentence.begin >= end && sentence.end > sentence.begin, "sentences ascend");
      require(is_utf8(row.text.substr(sentence.begin, sentence.end - sentence.begin)), "sentences are UTF-8");
      end = sentence.end;
    }
    require(end <= row.text.size(), "sentences lie in the text");
  }
}

void check_marks(const TaggedText& text) {
  require(is_utf8(text.text) && is_utf8(text.label), "texts are UTF-8");
  std::size_t byte = 0;
  for (Index token = 0; token < std::ssize(text.tokens); ++token) {
    const Token at = text.tokens[static_cast<std::size_t>(token)];
    require(at.begin >= byte && at.end > at.begin && at.end <= text.text.size(), "tokens ascend in the text");
    require(is_utf8(text.token(token)), "tokens are UTF-8");
    byte = at.end;
  }
  Index end = 0;
  for (const NamedSpan& span : text.spans) {
    require(span.begin >= end && span.end > span.begin && span.end <= std::ssize(text.tokens), "spans ascend");
    end = span.end;
  }
  require(std::ranges::is_sorted(text.undecided), "undecided places ascend");
}

/// What is written as JSON is read back as it was.
void check_the_way_back(const std::vector<TaggedText>& texts) {
  std::string rows;
  write_tagged(texts, {.format = TaggedFormat::jsonl}, [&](std::string_view row) { rows += row; });
  const TaggedData back = read_tagged(file_of(rows, "back"), {.format = TaggedFormat::jsonl, .skip_bad = false});
  require(back.texts.size() == texts.size(), "as many texts come back");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const TaggedText &before = texts[i], &after = back.texts[i];
    require(after.text == before.text && after.label == before.label, "texts and labels come back");
    require(after.tokens == before.tokens, "tokens come back");
    require(after.spans == before.spans && after.undecided == before.undecided, "spans come back");
  }
}

void check_marked(const std::string& path, TaggedReadOptions options) {
  const auto data = unless_refused([&] { return read_tagged(path, options); });
  if (!data) return;
  for (const TaggedText& text : data->texts) check_marks(text);
  check_the_way_back(data->texts);
  const std::int64_t bad = std::accumulate(data->bad_spans.begin(), data->bad_spans.end(), data->bad_rows);
  options.skip_bad = false;
  require(unless_refused([&] { return read_tagged(path, options); }).has_value() == (bad == 0),
          "what is bad is an error unless it is skipped");
}

template <TaggedFormat format>
void read_marked(std::string_view bytes) {
  check_marked(file_of(bytes), {.format = format});
  if (format == TaggedFormat::conll) check_marked(file_of(bytes), {.format = format, .repair = true});
}

/// The annotations, and behind the first form feed the text.
void read_pair(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find('\f'), bytes.size());
  file_of(bytes.substr(std::min(end + 1, bytes.size())), "pair.txt");
  check_marked(file_of(bytes.substr(0, end), "pair.ann"), {.format = TaggedFormat::brat});
}

void read_word_vectors(std::string_view bytes) {
  const std::string path = file_of(bytes);
  const auto vectors = unless_refused([&] { return read_vectors(path); });
  if (!vectors) return;
  require(vectors->values.size() == vectors->words.size() * static_cast<std::size_t>(vectors->dimensions),
          "each word has its numbers");
  require(std::ranges::all_of(vectors->values, [](real value) { return std::isfinite(value); }), "numbers are finite");
  require(std::set(vectors->words.begin(), vectors->words.end()).size() == vectors->words.size(), "no word twice");
  require(std::ranges::all_of(vectors->words, is_utf8), "words are UTF-8");
  const auto strict = unless_refused([&] { return read_vectors(path, {.skip_bad_rows = false}); });
  require(strict.has_value() == (vectors->bad_rows == 0), "a bad row is an error unless it is skipped");
}

void read_name_list(std::string_view bytes) {
  const auto list = unless_refused([&] { return read_names(file_of(bytes)); });
  if (!list) return;
  require(!list->names.empty() && std::ranges::all_of(list->names, is_utf8), "names are UTF-8");
  require(std::set(list->names.begin(), list->names.end()).size() == list->names.size(), "no name twice");
}

constexpr std::array<Target, 12> kDataTargets{{{"jsonl", read_rows<DataFormat::jsonl>},
                                               {"csv", read_rows<DataFormat::csv>},
                                               {"tsv", read_rows<DataFormat::tsv>},
                                               {"fasttext", read_rows<DataFormat::fasttext>},
                                               {"summaries", read_summary_rows},
                                               {"conll", read_marked<TaggedFormat::conll>},
                                               {"words", read_marked<TaggedFormat::words>},
                                               {"spans", read_marked<TaggedFormat::jsonl>},
                                               {"brat", read_pair},
                                               {"vectors_text", read_word_vectors},
                                               {"vectors_binary", read_word_vectors},
                                               {"names", read_name_list}}};

}  // namespace

std::span<const Target> data_targets() { return kDataTargets; }

}  // namespace recura::fuzz
