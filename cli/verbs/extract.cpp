#include <fmt/format.h>
#include <recura/model.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "companions.h"
#include "flags.h"
#include "option_set.h"
#include "paths.h"
#include "show/json_text.h"
#include "show/labels/label_rows.h"
#include "show/likelihood_view.h"
#include "show/spans/span_rows.h"
#include "show/summary_view.h"
#include "show/terminal.h"
#include "summary_helpers.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct ExtractArguments {
  std::string model;
  std::vector<std::string> files;
  std::string output = "jsonl", offsets = "code-points", companions;
  std::int64_t top_k = 0, least_sure = 0, threads = 0;
  SummaryHelpers helpers;
  bool why = false;
  InputOptions input;
  LabellingOptions labelling;
  TaggingOptions tagging;
  SummaryLength length;
};

Offsets unit_of(const ExtractArguments& arguments) {
  if (arguments.offsets == "bytes") return Offsets::bytes;
  return arguments.offsets == "utf16" ? Offsets::utf16 : Offsets::code_points;
}

struct RowCounts {
  std::int64_t all = 0, bad = 0;
};

/// Answers the rows of each file in turn; of several, each row says which file it is of.
template <typename Row, typename Answer, typename Write>
RowCounts answer_files(const std::vector<std::string>& files, const Answer& answer, const Write& write) {
  RowCounts counts;
  for (const std::string& file : files) {
    answer(file, [&](const Row& row) {
      ++counts.all;
      counts.bad += row.error.empty() ? 0 : 1;
      if (files.size() == 1) return write(row);
      Row named = row;
      named.fields = fields_with_file(row.fields, file);
      write(named);
    });
  }
  return counts;
}

/// Refuses the first of these flags that was given.
void refuse(std::initializer_list<std::pair<const char*, bool>> flags, const char* models) {
  for (const auto& [flag, is_given] : flags) {
    if (is_given) throw ArgumentError(fmt::format("extract: {} is for models that {}", flag, models));
  }
}

RowCounts extract(const Classifier& classifier, const std::vector<std::string>& files,
                  const ExtractArguments& arguments, Output& out) {
  refuse({{"--output html", arguments.output == "html"}, {"--least-sure", arguments.least_sure > 0}}, "find spans");
  if (!arguments.why && arguments.offsets != ExtractArguments().offsets)
    throw ArgumentError("extract: --offsets is for models that find spans, and for --why");
  if (arguments.why && arguments.labelling.running)
    throw ArgumentError("extract: --why explains whole texts, --running answers parts of one");
  if (arguments.why && arguments.output == "tsv")
    throw ArgumentError("extract: with --why answers come as jsonl or text");
  const auto format = label_rows(arguments.output);
  const ModelInfo info = classifier.info();
  const std::size_t top_k = std::min(static_cast<std::size_t>(arguments.top_k), info.labels.size());
  const bool several = info.several;
  LabellingOptions labelling = arguments.labelling;
  labelling.top = std::max<std::size_t>(top_k, 1);
  const auto write = [&](const ExtractedRow& row) {
    std::optional<Explanation> why;
    if (arguments.why && row.error.empty()) why = classifier.explain(row.text);
    out.write(format(row, {several, top_k, why ? &*why : nullptr, unit_of(arguments)}));
    if (!row.more) out.flush();
  };
  return answer_files<ExtractedRow>(
      files, [&](const std::string& file, const auto& to) { classifier.extract(file, arguments.input, to, labelling); },
      write);
}

/// The texts whose spans a tagger is least sure of, so many of them.
class LeastSure {
 public:
  explicit LeastSure(std::size_t most) : most_(most) {}

  void add(const TaggedRow& row) {
    if (!row.error.empty() || most_ == 0) return;
    rows_.push_back(row);
    std::ranges::push_heap(rows_, surer);
    if (rows_.size() <= most_) return;
    std::ranges::pop_heap(rows_, surer);
    rows_.pop_back();
  }

  /// The least sure one first.
  const std::vector<TaggedRow>& rows() {
    std::ranges::sort_heap(rows_, surer);
    return rows_;
  }

 private:
  static bool surer(const TaggedRow& a, const TaggedRow& b) {
    return a.answer.log_probability < b.answer.log_probability;
  }

  std::size_t most_;
  std::vector<TaggedRow> rows_;  // a heap, the surest in front
};

RowCounts extract(const Tagger& tagger, const std::vector<std::string>& files, const ExtractArguments& arguments,
                  Output& out) {
  refuse({{"--top-k", arguments.top_k > 0}, {"--why", arguments.why}}, "give labels");
  if (arguments.tagging.readings > 0 && arguments.output != "jsonl")
    throw ArgumentError("extract: --readings: expected --output jsonl, got " + arguments.output);
  if (arguments.offsets != ExtractArguments().offsets && arguments.output != "jsonl" && arguments.output != "tsv")
    throw ArgumentError("extract: --offsets: expected --output jsonl or tsv, got " + arguments.output);
  // Out of their order, only their texts tell them apart.
  const auto format = make_span_rows(arguments.output, tagger.info(), unit_of(arguments), arguments.least_sure > 0);
  LeastSure least_sure(static_cast<std::size_t>(arguments.least_sure));
  out.write(format->begin());
  const auto write = [&](const TaggedRow& found) {
    if (arguments.least_sure > 0) return least_sure.add(found);
    out.write(format->row(found));
    if (!found.more) out.flush();
  };
  const RowCounts counts = answer_files<TaggedRow>(
      files, [&](const std::string& file, const auto& to) { tagger.extract(file, arguments.input, to); }, write);
  for (const TaggedRow& row : least_sure.rows()) out.write(format->row(row));
  out.write(format->end());
  return counts;
}

RowCounts extract(const Summarizer& summarizer, const std::vector<std::string>& files,
                  const ExtractArguments& arguments, Output& out) {
  refuse({{"--top-k", arguments.top_k > 0}, {"--why", arguments.why}}, "give labels");
  refuse({{"--least-sure", arguments.least_sure > 0}}, "find spans");
  const std::string kind = summarizer.info().kind;
  const bool writes = kind == "write";
  if (arguments.output == "html" || (arguments.output == "tsv" && !writes))
    throw ArgumentError(fmt::format("extract: summaries of this kind come as jsonl{} or text", writes ? ", tsv" : ""));
  const bool tells = arguments.length.writing.attention > 0;
  if (tells && arguments.output != "jsonl")
    throw ArgumentError("extract: --attention: expected --output jsonl, got " + arguments.output);
  if (arguments.offsets != ExtractArguments().offsets && arguments.output != "jsonl")
    throw ArgumentError("extract: --offsets: expected --output jsonl, got " + arguments.output);
  const bool compresses = kind == "compress";
  const AnswerView view{compresses ? "kept" : "sentences", arguments.length.keyphrases > 0, unit_of(arguments)};
  const auto write = [&](const SummaryRowAnswer& row) {
    out.write(arguments.output == "text"  ? text_line(row)
              : arguments.output == "tsv" ? tsv_line(row, static_cast<std::size_t>(arguments.length.writing.best))
              : writes                    ? written_line(row, view.unit, tells)
                                          : json_line(row, compresses ? row.answer.kept : row.answer.sentences, view));
    if (!row.more) out.flush();
  };
  return answer_files<SummaryRowAnswer>(
      files,
      [&](const std::string& file, const auto& to) { summarizer.extract(file, arguments.input, to, arguments.length); },
      write);
}

RowCounts extract(const LanguageModel& model, const std::vector<std::string>& files, const ExtractArguments& arguments,
                  Output& out) {
  refuse({{"--top-k", arguments.top_k > 0}, {"--why", arguments.why}}, "give labels");
  refuse({{"--output html", arguments.output == "html"}, {"--least-sure", arguments.least_sure > 0}}, "find spans");
  if (arguments.offsets != ExtractArguments().offsets)
    throw ArgumentError("extract: --offsets is for models of other tasks, there are none here");
  const auto write = [&](const LikelihoodRow& row) {
    out.write(likelihood_line(arguments.output, row));
    if (!row.more) out.flush();
  };
  return answer_files<LikelihoodRow>(
      files, [&](const std::string& file, const auto& to) { model.extract(file, arguments.input, to); }, write);
}

int run(Flags& flags, const ExtractArguments& arguments) {
  flags.read();
  if (arguments.model.empty()) throw ArgumentError("extract: expected a model");
  std::vector<std::string> files = arguments.files;
  if (files.empty()) files.emplace_back("-");
  check_answered("extract", files);
  AnyModel model = load_before_texts(arguments.model, arguments.threads);
  apply_options(flags, model, option_set_of(model), files);
  if (arguments.labelling.running && !arguments.companions.empty())
    throw ArgumentError("extract: --running answers by one model; --with gives others");
  use_summary_helpers("extract", model, arguments.helpers, arguments.length, arguments.threads);
  use_companions("extract", model, arguments.companions, arguments.threads);
  if (auto* const tagger = std::get_if<Tagger>(&model)) {
    for (const std::string& note : tagger->configure(arguments.tagging)) say("note: {}\n", printable(note));
  }
  Output out;
  const RowCounts rows = std::visit(
      [&](const auto& one) {
        for (const std::string& note : one.info().notes) say("note: {}\n", printable(note));
        return extract(one, files, arguments, out);
      },
      model);
  out.flush();
  if (rows.bad == 0) return 0;
  say("bad rows: {}{}; {}\n", rows.bad, rows.bad == rows.all ? ", all there are" : "",
      arguments.least_sure > 0 ? "left out" : "each has an error in its place");
  return rows.bad == rows.all ? 3 : 0;
}

/// What each kind of model takes: how rows are read, and how it answers.
std::vector<OptionSet> option_sets(ExtractArguments& arguments) {
  const auto with_input = [&](std::vector<Option> own) {
    std::vector<Option> options = describe_unlabelled(arguments.input);
    std::ranges::move(own, std::back_inserter(options));
    return options;
  };
  return {{"classify", with_input(describe(arguments.labelling))},
          {"tag", with_input(describe(arguments.tagging))},
          {"select", with_input(describe(arguments.length))},
          {"compress", with_input(describe_for_compressor(arguments.length))},
          {"write", with_input(describe(arguments.length.writing))},
          {"language-model", with_input({})}};
}

}  // namespace

Verb add_extract(CLI::App& app) {
  const auto arguments = std::make_shared<ExtractArguments>();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_option("files", arguments->files, "texts: lines, JSON Lines, CSV, TSV; none or - is standard input")
      ->type_name("FILE");
  add_choice(app, "--output", arguments->output, {"jsonl", "tsv", "text", "html"},
             "form of the answers; html shows spans on one page");
  add_count(app, "--top-k", arguments->top_k, 1'000'000, "also the K likeliest labels");
  app.add_flag("--why", arguments->why, "also what each token adds to the label's log-odds; as text, in colours");
  add_choice(app, "--offsets", arguments->offsets, {"code-points", "bytes", "utf16"},
             "what the offsets of spans and tokens count");
  add_count(app, "--least-sure", arguments->least_sure, 1'000'000,
            "only the N texts whose spans are least sure: to be annotated next");
  add_summary_helpers(app, arguments->helpers);
  add_companions(app, arguments->companions);
  add_threads(app, arguments->threads);
  show_usage(app, "MODEL [FILE...]");
  app.footer(
      "Examples:\n  echo 'a film to love' | recura extract reviews.recura\n  recura extract reviews.recura new.jsonl "
      "--top-k 2 > answers.jsonl\n  recura extract names.recura letter.txt --output html > letter.html");
  const auto flags = std::make_shared<Flags>(app, option_sets(*arguments));
  flags->show_fields_of_model();
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
