#include <recura/vectors.h>

#include <chrono>
#include <memory>

#include "flags.h"
#include "paths.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct VectorsArguments {
  std::vector<std::string> files;
  std::string out;
  bool quiet = false;
  VectorsOptions options;
};

void print_data(const VectorsData& data) {
  say("{} texts, {} tokens; {} words get vectors, and are {} of these tokens\n", data.texts, data.tokens, data.words,
      data.kept);
  if (data.bad_rows > 0) say("bad rows, which are left out: {}, such as\n", data.bad_rows);
  for (const std::string& problem : data.problems) say("  {}\n", printable(problem));
}

/// A line at the end of each epoch; on a terminal one that moves.
class VectorsPrinter {
 public:
  void show(const VectorsProgress& progress) {
    const bool is_last = progress.tokens_done * progress.epochs >= progress.tokens * progress.epoch;
    if (on_terminal() || is_last) print(progress, is_last);
  }

 private:
  void print(const VectorsProgress& p, bool is_last) {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin_;
    say("{}epoch {}/{}: {:3.0f} % of all, {:.2f} million tokens/s{}", on_terminal() ? "\r" : "", p.epoch, p.epochs,
        100.0 * static_cast<double>(p.tokens_done) / static_cast<double>(p.tokens),
        static_cast<double>(p.tokens_done) / time.count() / 1e6, is_last || !on_terminal() ? "\n" : "");
  }

  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

int run(Flags& flags, const VectorsArguments& arguments) {
  flags.apply();
  if (arguments.files.empty() || arguments.out.empty())
    throw ArgumentError("vectors: expected texts and where to write vectors: FILE... -o OUT");
  for (const std::string& file : arguments.files)
    refuse_overwriting("vectors", arguments.out, "-o", file, "what is read");
  refuse_overwriting("vectors", arguments.out, "-o", flags.config(), "the options");
  refuse_overwriting("vectors", arguments.out, "-o", arguments.options.segmenter, "the segmenter");
  catch_interrupts();
  VectorsPrinter printer;
  VectorsCallbacks callbacks;
  callbacks.should_stop = interrupted;
  if (!arguments.quiet) {
    callbacks.data = print_data;
    callbacks.progress = [&](const VectorsProgress& progress) { printer.show(progress); };
  }
  const VectorsData data = learn_vectors(arguments.files, arguments.out, arguments.options, callbacks);
  if (data.interrupted) say("interrupted; nothing is written\n");
  if (!arguments.quiet && !data.interrupted) say("vectors: {}\n", printable(arguments.out));
  return data.interrupted ? kInterrupted : 0;
}

}  // namespace

Verb add_vectors(CLI::App& app) {
  const auto arguments = std::make_shared<VectorsArguments>();
  app.add_option("files", arguments->files, "raw texts: lines, JSON Lines, CSV, TSV; - is standard input")
      ->type_name("FILE");
  app.add_option("-o,--output", arguments->out, "where to write the vectors")->type_name("OUT");
  app.add_flag("-q,--quiet", arguments->quiet, "print errors alone");
  show_usage(app, "FILE... -o OUT");
  app.footer(
      "Examples:\n  recura vectors reviews.jsonl unlabelled.txt -o reviews.vec\n  recura train reviews.jsonl --vectors "
      "reviews.vec");
  const auto flags = std::make_shared<Flags>(app, describe(arguments->options));
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
