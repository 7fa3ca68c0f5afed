#include "show/likelihood_view.h"

#include <fmt/format.h>

#include <array>

#include "show/json_text.h"

namespace recura::cli {
namespace {

bool has_backward(const TextLikelihood& text) { return text.backward_perplexity > 0; }

std::string json_line(const LikelihoodRow& row) {
  constexpr std::array<std::string_view, 8> kTaken{
      "guesses", "unknown", "log_probability", "perplexity", "backward_log_probability", "backward_perplexity",
      "error",   "line"};
  std::string line = "{" + own_fields(row.fields, kTaken);
  line += line.size() > 1 ? "," : "";
  const TextLikelihood& text = row.answer;
  if (!row.error.empty()) return line + fmt::format("\"error\":{},\"line\":{}}}\n", json_string(row.error), row.line);
  line += fmt::format("\"guesses\":{},\"unknown\":{},\"log_probability\":{:.6g},\"perplexity\":{:.6g}", text.guesses,
                      text.unknown, text.log_probability, text.perplexity);
  if (has_backward(text))
    line += fmt::format(",\"backward_log_probability\":{:.6g},\"backward_perplexity\":{:.6g}",
                        text.backward_log_probability, text.backward_perplexity);
  return line + "}\n";
}

}  // namespace

nlohmann::ordered_json to_json(const std::string& file, const LanguageEvaluation& evaluation) {
  const TextLikelihood& total = evaluation.total;
  nlohmann::ordered_json json{{"file", file},
                              {"format", evaluation.format},
                              {"texts", evaluation.texts},
                              {"bad_rows", evaluation.bad_rows},
                              {"guesses", total.guesses},
                              {"unknown", total.unknown},
                              {"log_probability", total.log_probability},
                              {"perplexity", total.perplexity}};
  if (has_backward(total))
    json.update({{"backward_log_probability", total.backward_log_probability},
                 {"backward_perplexity", total.backward_perplexity}});
  return json;
}

void print_table(Output& out, const std::string& file, const LanguageEvaluation& evaluation) {
  const TextLikelihood& total = evaluation.total;
  out.write(fmt::format("{}: {}, {} texts, {} words and ends of texts guessed, {} of them unknown\n", printable(file),
                        evaluation.format, evaluation.texts, total.guesses, total.unknown));
  if (evaluation.bad_rows > 0) out.write(fmt::format("left out: {} bad rows, such as\n", evaluation.bad_rows));
  for (const std::string& problem : evaluation.problems) out.write(fmt::format("  {}\n", printable(problem)));
  out.write(fmt::format("perplexity  {:.4g}\n", total.perplexity));
  if (has_backward(total)) out.write(fmt::format("from behind {:.4g}\n", total.backward_perplexity));
}

std::string likelihood_line(const std::string& output, const LikelihoodRow& row) {
  if (output == "jsonl") return json_line(row);
  if (row.error.empty())
    return fmt::format("{:.6g}{}\n", row.answer.perplexity, output == "tsv" ? "\t" + printable(row.text) : "");
  return output == "tsv" ? fmt::format("error: {}\t{}\n", printable(row.error), printable(row.text))
                         : fmt::format("error: line {}: {}\n", row.line, printable(row.error));
}

}  // namespace recura::cli
