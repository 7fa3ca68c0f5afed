#include <fmt/format.h>
#include <recura/convert.h>
#include <unistd.h>

#include <memory>

#include "flags.h"
#include "paths.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct ConvertArguments {
  std::string in, out;
  ConvertOptions options;
};

std::string form(const std::string& name, const std::string& scheme) {
  return scheme.empty() ? name : fmt::format("{} ({})", name, scheme);
}

void say_report(const ConvertArguments& arguments, const ConvertReport& report) {
  say("{}: {}, {} texts, {} tokens, {} spans\n", printable(arguments.in), form(report.from, report.from_scheme),
      report.texts, report.tokens, report.spans);
  if (report.repaired > 0) say("repaired: {} tags\n", report.repaired);
  if (report.ignored > 0)
    say("ignored: {} relations, events, notes, lists of mere names, texts without annotations, tasks skipped or "
        "answers "
        "not accepted\n",
        report.ignored);
  if (report.bad_rows > 0) say("left out: {} bad rows\n", report.bad_rows);
  for (const auto& [fault, count] : report.bad_spans) say("left out: {} spans, {}\n", count, fault);
  for (const std::string& problem : report.problems) say("  {}\n", printable(problem));
  if (report.lost_texts > 0) say("left out: {} texts without a token\n", report.lost_texts);
  if (report.lost_labels > 0) say("lost: {} labels, for which {} has no room\n", report.lost_labels, report.to);
  if (report.lost_undecided > 0)
    say("lost: {} undecided tokens, for which {} has no room\n", report.lost_undecided, report.to);
  say("{}: {}\n", printable(arguments.out), form(report.to, report.scheme));
}

ConvertReport convert_to(const ConvertArguments& arguments) {
  if (arguments.out != "-") return convert(arguments.in, arguments.out, arguments.options);
  Output out;
  const bool is_looked_at = ::isatty(STDOUT_FILENO) == 1;  // else it is for a file or program, byte for byte
  const auto write = [&](std::string_view part) { out.write(is_looked_at ? printable(part, "\n\t") : part); };
  const ConvertReport report = convert(arguments.in, write, arguments.options);
  out.flush();
  return report;
}

/// The text that lies beside annotations of BRAT; empty if `path` names none.
std::string text_beside(const std::string& path) {
  return path.ends_with(".ann") ? path.substr(0, path.size() - 4) + ".txt" : "";
}

void refuse_overwriting_inputs(const ConvertArguments& arguments, const std::string& config) {
  for (const std::string& out : {arguments.out, text_beside(arguments.out)}) {
    refuse_overwriting("convert", out, "OUT", arguments.in, "what is read");
    refuse_overwriting("convert", out, "OUT", text_beside(arguments.in), "the text that is read");
    refuse_overwriting("convert", out, "OUT", arguments.options.labels, "the labels");
    refuse_overwriting("convert", out, "OUT", config, "the options");
  }
}

int run(Flags& flags, const ConvertArguments& arguments) {
  flags.apply();
  if (arguments.in.empty() || arguments.out.empty())
    throw ArgumentError("convert: expected what to read and what to write: IN OUT");
  if (arguments.out != "-") refuse_overwriting_inputs(arguments, flags.config());
  say_report(arguments, convert_to(arguments));
  return 0;
}

}  // namespace

Verb add_convert(CLI::App& app) {
  const auto arguments = std::make_shared<ConvertArguments>();
  app.add_option("in", arguments->in, "texts with marked spans; - is standard input, a folder holds pairs of BRAT")
      ->type_name("IN");
  app.add_option("out", arguments->out, "a file to write; - is standard output")->type_name("OUT");
  show_usage(app, "IN OUT");
  app.footer(
      "Examples:\n  recura convert train.conll train.jsonl\n  recura convert export.json train.conll --scheme bioes\n"
      "  recura convert pairs/ - --to conll | head");
  const auto flags = std::make_shared<Flags>(app, describe(arguments->options));
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
