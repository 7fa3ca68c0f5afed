#include <fmt/format.h>
#include <recura/convert.h>
#include <recura/language_model.h>
#include <recura/summarizer_options.h>
#include <recura/tagger_options.h>
#include <recura/vectors.h>

#include <algorithm>

#include "flags.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

void print_options(Output& out, const std::vector<Option>& options) {
  std::string group;
  for (const Option& option : options) {
    if (option.group != group)
      out.write(fmt::format("\n### {}\n\n| option | value | default | meaning |\n|---|---|---|---|\n", option.group));
    group = option.group;
    out.write(fmt::format("| `{}` | {} | {} | {} |\n", option.name, option.values,
                          option.get().empty() ? "none" : option.get(), option.help));
  }
}

void print_section(Output& out, const char* what, const std::vector<Option>& options) {
  out.write(fmt::format("\n## {}\n", what));
  print_options(out, options);
}

template <typename Options>
void print_section(Output& out, const char* what) {
  Options options;
  print_section(out, what, describe(options));
}

/// The flags of a verb besides options, as the verb itself declares them.
void print_flags(Output& out, const char* name, Verb (*add)(CLI::App&)) {
  CLI::App verb;
  verb.set_help_flag();
  add(verb);
  for (const CLI::Option* flag : verb.get_options()) {
    if (flag->get_positional() || flag->get_group() != "Options") continue;
    const std::string names = CLI::detail::find_and_replace(flag->get_name(false, true), ",", "`, `");
    const bool is_switch = flag->get_type_size() == 0;
    const std::string usual = is_switch ? "off" : flag->get_default_str();
    out.write(fmt::format("| {} | `{}` | {} | {} | {} |\n", name, names, is_switch ? "none" : flag->get_type_name(),
                          usual.empty() ? "none" : usual, flag->get_description()));
  }
}

void print_training(Output& out) {
  print_section<TrainOptions>(out, "`recura train` of a classifier");
  print_section<TaggerOptions>(out, "`recura train` of a tagger");
  print_section<SummarizerOptions>(out, "`recura train` of a summarizer");
  print_section<CompressorOptions>(out, "`recura train --kind compress` of a summarizer that leaves words out");
  print_section<WriterOptions>(out, "`recura train --kind write` of a summarizer that writes");
  print_section<LanguageOptions>(out, "`recura train --task language-model`");
}

void print_answering(Output& out) {
  InputOptions texts;
  print_section(out, "`recura extract` and `recura benchmark`, and `recura evaluate` of a language model",
                describe_unlabelled(texts));
  print_section<LabellingOptions>(out, "`recura extract` with a classifier");
  print_section<LabelEvaluationOptions>(out, "`recura evaluate` of a classifier");
  print_section<TaggingOptions>(out, "`recura extract` with a tagger");
  print_section<TagEvaluationOptions>(out, "`recura evaluate` of a tagger, or of spans without a model");
  SummaryLength length;
  print_section<SummaryLength>(out, "`recura extract` with a summarizer");
  print_section(out, "`recura extract` with a summarizer that leaves words out", describe_for_compressor(length));
  print_section(out, "`recura extract` with a summarizer that writes", describe(length.writing));
  SummaryEvaluationOptions summary_evaluation;
  print_section<SummaryEvaluationOptions>(out, "`recura evaluate` of a summarizer, or of summaries without a model");
  print_section(out, "`recura evaluate` of a summarizer that leaves words out",
                describe_for_compressor(summary_evaluation));
  print_section(out, "`recura evaluate` of a summarizer that writes", describe_for_writer(summary_evaluation));
}

void print_files(Output& out) {
  print_section<ExportOptions>(out, "`recura export` of a classifier");
  print_section<TaggerExportOptions>(out, "`recura export` of a tagger");
  print_section<SummarizerExportOptions>(out, "`recura export` of a summarizer");
  SummarizerExportOptions exported;
  print_section(out, "`recura export` of a summarizer that leaves words out", describe_for_compressor(exported));
  print_section<VectorsOptions>(out, "`recura vectors`");
  print_section<ConvertOptions>(out, "`recura convert`");
}

void print_verbs(Output& out) {
  out.write("\n## Flags of the verbs\n\n| verb | flag | value | default | meaning |\n|---|---|---|---|---|\n");
  print_flags(out, "train", add_train);
  print_flags(out, "tune", add_tune);
  print_flags(out, "evaluate", add_evaluate);
  print_flags(out, "extract", add_extract);
  print_flags(out, "inspect", add_inspect);
  print_flags(out, "export", add_export);
  print_flags(out, "benchmark", add_benchmark);
  print_flags(out, "convert", add_convert);
  print_flags(out, "vectors", add_vectors);
}

}  // namespace

Verb add_reference(CLI::App& app) {
  return [&app] {
    refuse_extras(app);
    Output out;
    out.write(
        "# Options\n\nAs a flag `--name value` (a switch: `--name` or `--no-name`), or as `name = value` in the TOML "
        "file of `--config`; flags\noverride the file. Where a model reads rows, fields and columns that neither names "
        "are "
        "those that it was trained on. What each verb has besides, as flags alone but for the `task` "
        "of `train` and `tune` and the `kind` of `train`, stands at the end. This page is what `recura reference` "
        "prints.\n");
    print_training(out);
    print_answering(out);
    print_files(out);
    print_verbs(out);
    out.flush();
    return 0;
  };
}

}  // namespace recura::cli
