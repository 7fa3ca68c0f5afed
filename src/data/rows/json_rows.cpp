#include "data/rows/json_rows.h"

#include <simdjson.h>

#include <algorithm>

#include "base/error.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr int kLackingRows = 100;

}  // namespace

struct JsonRows::State {
  State(std::string where, const ReadOptions& read_options, bool with_labels)
      : name(std::move(where)), options(read_options), labelled(with_labels), fields(names_in(options.text_field)) {}

  std::string name;
  ReadOptions options;
  bool labelled;
  std::vector<std::string> fields;  // of the text
  bool only_lacking = true;         // no row had a text so far
  int lacking_rows = 0;
  simdjson::dom::parser parser;

  auto parse(std::string& line) {
    line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
    return parser.parse(line);
  }

  void read_object(simdjson::dom::object object, SourceRow& row) {
    std::vector<std::string> texts(fields.size());
    std::vector<bool> there(fields.size());
    for (const auto [key, value] : object) {
      const auto field = static_cast<std::size_t>(std::ranges::find(fields, key) - fields.begin());
      if (field < fields.size() && !there[field]) {
        only_lacking = false;
        std::string_view text;
        if (value.get(text) != simdjson::SUCCESS) {
          row.error = fmt::format("\"{}\" must be a string, it is {}", key, cut_short(simdjson::minify(value)));
          return;
        }
        texts[field] = text;
        there[field] = true;
      } else if (!labelled) {
        row.add_field(key, simdjson::minify(value));
      }
    }
    const auto lacking = std::ranges::find(there, false);
    if (lacking != there.end() && options.needs_text)
      return lacks_text(object, fields[static_cast<std::size_t>(lacking - there.begin())], row);
    if (lacking == there.end()) row.text = text_of(texts);
    if (labelled) read_labels(object, row);
    if (labelled && row.error.empty() && !options.weight_field.empty()) read_weight(object, row);
  }

  /// Where no row has a text, its field has another name: of no use is a file of errors.
  void lacks_text(simdjson::dom::object object, const std::string& field, SourceRow& row) {
    std::vector<std::string> keys;
    for (const auto [key, value] : object) keys.emplace_back(key);
    const std::string there = keys.empty() ? "it has none" : "there are " + joined(keys);
    row.error = fmt::format("no field \"{}\"; {}{}", field, there, field_hint("text"));
    if (!labelled && only_lacking && ++lacking_rows == kLackingRows)
      throw DataError("{}: none of the first {} rows has a field \"{}\"; in line {} {}{}", name, lacking_rows, field,
                      row.line, there, field_hint("text"));
  }

  void read_labels(simdjson::dom::object object, SourceRow& row) const {
    std::string field = options.label_field;
    auto found = object[field];
    if (found.error() == simdjson::NO_SUCH_FIELD) found = object[field += 's'];
    simdjson::dom::element value;
    if (found.get(value) != simdjson::SUCCESS) {
      row.error = fmt::format("no field \"{0}\" or \"{0}s\"{1}", options.label_field, field_hint("label"));
      return;
    }
    simdjson::dom::array list;
    row.is_list = value.get(list) == simdjson::SUCCESS;
    const auto add = [&](simdjson::dom::element one) { return add_label(one, row); };
    const bool good = row.is_list ? std::all_of(list.begin(), list.end(), add) : add(value);
    if (value.is_null()) {
      row.error = fmt::format("\"{}\" is null: expected a label, no answer that abstained", field);
    } else if (!good) {
      row.error = fmt::format("\"{}\" must be a string, a number or a list of them", field);
    }
  }

  static bool add_label(simdjson::dom::element value, SourceRow& row) {
    std::string_view text;
    simdjson::dom::object scored;  // as `extract` writes it
    const bool is_scored = value.get(scored) == simdjson::SUCCESS;
    if ((is_scored ? scored["label"].get(text) : value.get(text)) == simdjson::SUCCESS) {
      row.labels.emplace_back(text);
    } else if (value.is_number() || value.is_bool()) {
      row.labels.push_back(simdjson::minify(value));
    } else {
      return false;
    }
    return true;
  }

  void read_weight(simdjson::dom::object object, SourceRow& row) const {
    simdjson::dom::element value;
    if (object[options.weight_field].get(value) != simdjson::SUCCESS) {
      row.error = fmt::format("no field \"{}\"{}", options.weight_field, field_hint("weight"));
    } else if (value.get(row.weight) != simdjson::SUCCESS) {
      row.error = fmt::format("\"{}\" must be a number >= 0, it is {}", options.weight_field,
                              cut_short(simdjson::minify(value)));
    } else {
      row.error = problem_of_weight(options.weight_field, row.weight);
    }
  }
};

JsonRows::JsonRows(std::string name, const ReadOptions& options, bool labelled)
    : state_(std::make_unique<State>(std::move(name), options, labelled)) {}
JsonRows::~JsonRows() = default;

void JsonRows::read(std::string& line, SourceRow& row) {
  auto parsed = state_->parse(line);
  if (parsed.error() == simdjson::UTF8_ERROR) {
    if (!mend_utf8(line, state_->options.replace_bad_utf8, row)) return;
    parsed = state_->parse(line);
  }
  simdjson::dom::object object;
  if (parsed.error() != simdjson::SUCCESS) {
    row.error = fmt::format("not JSON, expected one object a line or an array of them: {}",
                            simdjson::error_message(parsed.error()));
  } else if (parsed.get(object) != simdjson::SUCCESS) {
    row.error = fmt::format("expected a JSON object, it is {}", cut_short(line));
  } else {
    state_->read_object(object, row);
  }
}

}  // namespace recura
