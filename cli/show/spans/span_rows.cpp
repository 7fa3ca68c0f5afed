#include "show/spans/span_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "show/json_text.h"
#include "show/terminal.h"

namespace recura::cli {
namespace {

std::string_view piece(const TaggedRow& row, const Entity& entity) {
  return std::string_view(row.text).substr(entity.begin, entity.end - entity.begin);
}

class JsonRows : public SpanRows {
 public:
  JsonRows(bool words, Offsets unit, bool with_text) : words_(words), unit_(unit), with_text_(with_text) {}

  std::string row(const TaggedRow& row) override {
    std::vector<std::string_view> taken{"label", "score", "spans", "words", "readings", "error", "line"};
    if (with_text_) taken.emplace_back("text");
    std::string line = "{" + own_fields(row.fields, taken);
    const auto add = [&](const std::string& field) { line += (line.size() > 1 ? "," : "") + field; };
    if (!row.error.empty()) {
      add(fmt::format("\"error\":{},\"line\":{}", json_string(row.error), row.line));
      return line + "}\n";
    }
    if (with_text_) add(fmt::format("\"line\":{},\"text\":{}", row.line, json_string(row.text)));
    if (!row.answer.label.empty())
      add(fmt::format("\"label\":{},\"score\":{:.6g}", json_string(row.answer.label), row.answer.label_score));
    add(list(row, row.answer.entities, true));
    if (!row.answer.readings.empty()) add("\"readings\":[" + readings(row) + "]");
    return line + "}\n";
  }

 private:
  /// `"spans":[…]`, or of a segmenter `"words":[…]`.
  std::string list(const TaggedRow& row, const std::vector<Entity>& entities, bool scored) const {
    const auto offsets = offsets_of(row.text, entities, unit_);
    std::string spans = words_ ? "\"words\":[" : "\"spans\":[";
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      const Entity& entity = entities[i];
      const std::string text = json_string(piece(row, entity));
      if (i > 0) spans += ",";
      spans += words_ ? text
                      : fmt::format(R"({{"start":{},"end":{},"type":{},"text":{}{}}})", offsets[i].first,
                                    offsets[i].second, json_string(entity.type), text,
                                    scored ? fmt::format(",\"score\":{:.6g}", entity.score) : "");
    }
    return spans + "]";
  }

  std::string readings(const TaggedRow& row) const {
    std::string all;
    for (const TaggedReading& reading : row.answer.readings)
      all += fmt::format("{}{{\"log_probability\":{:.6g},{}}}", all.empty() ? "" : ",", reading.log_probability,
                         list(row, reading.entities, false));
    return all;
  }

  bool words_;
  Offsets unit_;
  bool with_text_;
};

/// A line for each span: the row's line, begin, end, type, score, text; where texts have labels, first one without
/// begin and end.
class TsvRows : public SpanRows {
 public:
  explicit TsvRows(Offsets unit) : unit_(unit) {}

  std::string row(const TaggedRow& row) override {
    if (!row.error.empty()) return fmt::format("{}\t\t\terror: {}\t\t\n", row.line, printable(row.error));
    std::string lines;
    const TaggedAnswer& answer = row.answer;
    if (!answer.label.empty())
      lines = fmt::format("{}\t\t\t{}\t{:.6g}\t{}\n", row.line, printable(answer.label), answer.label_score,
                          printable(row.text));
    const auto offsets = offsets_of(row.text, answer.entities, unit_);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      const Entity& entity = answer.entities[i];
      lines += fmt::format("{}\t{}\t{}\t{}\t{:.6g}\t{}\n", row.line, offsets[i].first, offsets[i].second,
                           printable(entity.type), entity.score, printable(piece(row, entity)));
    }
    return lines;
  }

 private:
  Offsets unit_;
};

class WordRows : public SpanRows {
 public:
  std::string row(const TaggedRow& row) override {
    if (!row.error.empty()) return fmt::format("error: line {}: {}\n", row.line, printable(row.error));
    std::string line;
    for (const Entity& word : row.answer.entities)
      line += fmt::format("{}{}", line.empty() ? "" : " ", printable(piece(row, word)));
    return line + "\n";
  }
};

/// Of entities that overlap the one of the highest score, as others cannot be marked in the text.
std::vector<Entity> without_overlaps(std::vector<Entity> entities) {
  std::ranges::stable_sort(entities, std::greater<>(), &Entity::score);
  std::map<std::size_t, const Entity*> kept;  // by their ends
  for (const Entity& one : entities) {
    const auto next = kept.upper_bound(one.begin);
    if (next == kept.end() || next->second->begin >= one.end) kept.emplace(one.end, &one);
  }
  std::vector<Entity> in_order;
  for (const auto& [end, entity] : kept) in_order.push_back(*entity);
  return in_order;
}

ShownText shown(const TaggedRow& row) {
  ShownText text{row.text, {}, row.answer.label, row.error};
  for (const Entity& entity : without_overlaps(row.answer.entities))
    text.spans.push_back({entity.begin, entity.end, entity.type, entity.score});
  return text;
}

class LineRows : public SpanRows {
 public:
  explicit LineRows(const std::vector<std::string>& types) : lines_(colours_wanted(), types) {}
  std::string row(const TaggedRow& row) override { return lines_.line(shown(row)); }

 private:
  SpanLines lines_;
};

class PageRows : public SpanRows {
 public:
  explicit PageRows(const std::vector<std::string>& types) : page_(types) {}
  std::string begin() override { return page_.begin("Recura"); }
  std::string row(const TaggedRow& row) override { return page_.text(shown(row)); }
  std::string end() override { return page_.end(); }

 private:
  SpanPage page_;
};

}  // namespace

std::unique_ptr<SpanRows> make_span_rows(const std::string& output, const TaggerInfo& model, Offsets unit,
                                         bool with_text) {
  if (output == "jsonl") return std::make_unique<JsonRows>(model.is_segmenter, unit, with_text);
  if (output == "tsv") return std::make_unique<TsvRows>(unit);
  if (output == "html") return std::make_unique<PageRows>(model.types);
  if (model.is_segmenter) return std::make_unique<WordRows>();
  return std::make_unique<LineRows>(model.types);
}

}  // namespace recura::cli
