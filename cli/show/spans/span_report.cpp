#include "show/spans/span_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "show/labels/label_view.h"

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Part& part) { return {{"right", part.right}, {"all", part.all}, {"rate", part.rate()}}; }

Json to_json(const SpanMistake& mistake) {
  return {{"line", mistake.line},   {"text", mistake.text},
          {"right", mistake.right}, {"right_type", mistake.right_type},
          {"given", mistake.given}, {"given_type", mistake.given_type},
          {"score", mistake.score}};
}

Json errors_of(const TagEvaluation& e) {
  Json json{
      {"wrong_type", e.wrong_type}, {"wrong_edges", e.wrong_edges}, {"missed", e.missed}, {"spurious", e.spurious}};
  json["confusion"] = Json::array();
  for (const auto& one : e.confusion)
    json["confusion"].push_back({{"right", one.right}, {"given", one.given}, {"count", one.count}});
  json["worst"] = Json::array();
  for (const SpanMistake& mistake : e.worst) json["worst"].push_back(to_json(mistake));
  return json;
}

void print_part(Output& out, const char* what, const Part& part) {
  if (part.all > 0) out.write(fmt::format("{} {:.4f} of {}   ", what, part.rate(), part.all));
}

std::string mistake_line(const SpanMistake& m) {
  const auto named = [](const std::string& text, const std::string& type) {
    return text.empty() ? std::string("nothing") : type.empty() ? text : fmt::format("{} [{}]", text, type);
  };
  return fmt::format("  line {}: right {}, given {} in \"{}\"\n", m.line, printable(named(m.right, m.right_type)),
                     printable(named(m.given, m.given_type)), printable(m.text));
}

}  // namespace

Json to_json(const std::string& file, const TagEvaluation& e) {
  Json json{{"file", file},
            {"format", e.format},
            {"texts", e.texts},
            {"bad_rows", e.bad_rows},
            {"bad_spans", e.bad_spans},
            {"repaired", e.repaired},
            {"unknown_spans", e.unknown_spans},
            {"unknown_types", e.unknown_types},
            {"foreign_spans", e.foreign_spans},
            {"spans", e.right_spans},
            {"given", e.given_spans},
            {"right", e.both},
            {"precision", e.micro.precision},
            {"recall", e.micro.recall},
            {"f1", e.micro.f1},
            {"f1_interval", {e.f1_low, e.f1_high}},
            {"macro_f1", e.macro.f1},
            {"token_accuracy", e.tokens.rate()}};
  json["per_type"] = Json::object();
  auto& rates = json["per_type"].get_ref<Json::object_t&>();
  for (const LabelRates& type : e.types) rates.emplace_back(type.label, cli::to_json(type));
  json["per_length"] = Json::array();
  for (const Part& part : e.by_length) json["per_length"].push_back(to_json(part));
  if (e.seen.all + e.unseen.all > 0) json.update({{"seen", to_json(e.seen)}, {"unseen", to_json(e.unseen)}});
  json["errors"] = errors_of(e);
  if (e.labels.all > 0) json["label_accuracy"] = e.labels.rate();
  json["whole_texts"] = to_json(e.whole);
  return json;
}

void print_table(Output& out, const std::string& file, const TagEvaluation& e) {
  out.write(fmt::format("{}: {}, {} texts, {} spans\n", printable(file), e.format, e.texts, e.right_spans));
  if (e.bad_rows > 0 || e.bad_spans > 0)
    out.write(fmt::format("left out: {} bad rows, {} bad spans, such as\n", e.bad_rows, e.bad_spans));
  for (const std::string& problem : e.problems) out.write(fmt::format("  {}\n", printable(problem)));
  if (e.repaired > 0) out.write(fmt::format("mended: {} tags\n", e.repaired));
  if (e.unknown_spans > 0)
    out.write(fmt::format("types that the model does not know, of {} spans, which count as missed: {}\n",
                          e.unknown_spans, printable(fmt::format("{}", fmt::join(e.unknown_types, ", ")))));
  if (e.foreign_spans > 0)
    out.write(
        fmt::format("spans given of types that the file does not mark, which are not scored: {}\n", e.foreign_spans));
  out.write(fmt::format("F1 {:.4f} (95 %: {:.4f} to {:.4f})   precision {:.4f}   recall {:.4f}   tokens {:.4f}\n",
                        e.micro.f1, e.f1_low, e.f1_high, e.micro.precision, e.micro.recall, e.tokens.rate()));
  if (e.labels.all > 0)
    out.write(fmt::format("labels of whole texts: {:.4f} of {} right\n", e.labels.rate(), e.labels.all));
  out.write("\n");
  std::size_t width = 5;
  for (const LabelRates& type : e.types) width = std::max(width, display_width(printable(type.label)) + 3);
  rates_head(out, width, "type", "spans");
  const bool is_segmented = e.types.size() == 1 && e.types[0].label.empty();
  for (const LabelRates& type : e.types) {
    if (!is_segmented) rates_row(out, width, type);
  }
  rates_row(out, width, e.micro);
  if (!is_segmented) rates_row(out, width, e.macro);
  out.write("\nfound, by length in tokens: ");
  constexpr const char* kLengths[] = {"1", "2", "3", "4", "5 and more"};
  for (std::size_t i = 0; i < e.by_length.size(); ++i) print_part(out, kLengths[i], e.by_length[i]);
  out.write("\n");
  print_part(out, is_segmented ? "of words that training has" : "of names that training has", e.seen);
  print_part(out, "of others", e.unseen);
  if (e.seen.all + e.unseen.all > 0) out.write("\n");
  out.write(fmt::format("errors: {} with a wrong type, {} with wrong edges, {} missed, {} where nothing is\n",
                        e.wrong_type, e.wrong_edges, e.missed, e.spurious));
  for (std::size_t i = 0; i < std::min<std::size_t>(e.confusion.size(), 5); ++i)
    out.write(fmt::format("  {} taken for {}: {}\n", printable(e.confusion[i].right), printable(e.confusion[i].given),
                          e.confusion[i].count));
  for (const SpanMistake& mistake : e.worst) out.write(mistake_line(mistake));
}

}  // namespace recura::cli
