#include <fmt/format.h>
#include <recura/model.h>
#include <sys/resource.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "flags.h"
#include "option_set.h"
#include "show/json_text.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct BenchmarkArguments {
  std::string model;
  std::string file = "-";
  bool json = false;
  std::int64_t threads = 0;
  double seconds = 4;
  InputOptions input;
};

/// The most memory that this process ever held, in bytes.
std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

int run(Flags& flags, const BenchmarkArguments& arguments) {
  flags.read();
  if (arguments.model.empty()) throw ArgumentError("benchmark: expected a model");
  const AnyModel model = load_before_texts(arguments.model, arguments.threads);
  apply_options(flags, model, "", {arguments.file});
  const Benchmark b = std::visit(
      [&](const auto& one) { return one.benchmark(arguments.file, arguments.input, arguments.seconds); }, model);
  const std::int64_t memory = peak_memory();
  Output out;
  if (arguments.json) {
    out.write(json_text(nlohmann::ordered_json{{"level", b.level},
                                               {"threads", b.threads},
                                               {"texts", b.texts},
                                               {"tokens", b.tokens},
                                               {"p50_milliseconds", b.p50_milliseconds},
                                               {"p99_milliseconds", b.p99_milliseconds},
                                               {"texts_per_second", b.texts_per_second},
                                               {"tokens_per_second", b.tokens_per_second},
                                               {"peak_memory_bytes", memory}}) +
              "\n");
  } else {
    out.write(fmt::format("{} texts of {} tokens, level {}, {} thread{}\n", b.texts, b.tokens, b.level, b.threads,
                          b.threads == 1 ? "" : "s"));
    out.write(fmt::format("one at a time  p50 {:.3f} ms   p99 {:.3f} ms\n", b.p50_milliseconds, b.p99_milliseconds));
    out.write(
        fmt::format("all at once    {:.0f} texts/s   {:.0f} tokens/s\n", b.texts_per_second, b.tokens_per_second));
    out.write(fmt::format("peak memory    {:.1f} MB\n", static_cast<double>(memory) / 1048576));
  }
  out.flush();
  return 0;
}

}  // namespace

Verb add_benchmark(CLI::App& app) {
  const auto arguments = std::make_shared<BenchmarkArguments>();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_option("file", arguments->file, "texts: lines, JSON Lines, CSV, TSV; none or - is standard input")
      ->type_name("TEXTS");
  app.add_flag("--json", arguments->json, "one JSON object");
  add_number(
      app, "--seconds", arguments->seconds, "a number in [0.1, 3600]",
      [](double seconds) { return seconds >= 0.1 && seconds <= 3600; }, "how long to measure");
  add_threads(app, arguments->threads);
  show_usage(app, "MODEL [TEXTS]");
  app.footer("Example:\n  recura benchmark reviews.recura reviews.jsonl");
  const auto flags = std::make_shared<Flags>(app, describe_unlabelled(arguments->input));
  flags->show_fields_of_model();
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
