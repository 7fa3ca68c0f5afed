#include <fmt/format.h>
#include <recura/error.h>

#include <csignal>
#include <map>
#include <new>

#include "flags.h"
#include "terminal.h"
#include "verbs.h"

namespace recura::cli {
namespace {

int complain(const char* what, int code) {
  say("recura: {}\n", printable(what));
  return code;
}

int run(int argc, char** argv) {
  CLI::App app("Recura: information extraction from text with recurrent neural networks", "recura");
  app.set_version_flag("--version", "recura " RECURA_VERSION);
  app.allow_extras();
  app.footer("Example:\n  recura train reviews.jsonl\n  echo 'a film to love' | recura extract reviews.recura");
  std::map<const CLI::App*, Verb> verbs;
  const auto add = [&](const char* name, const char* help, Verb (*make)(CLI::App&)) {
    CLI::App* verb = app.add_subcommand(name, help);
    verbs.emplace(verb, make(*verb));
    return verb;
  };
  add("train", "train a classifier on labelled texts", add_train);
  add("evaluate", "measure a model on labelled texts", add_evaluate);
  add("extract", "give each text its label", add_extract);
  add("inspect", "show what a model is", add_inspect);
  add("benchmark", "measure how fast a model answers", add_benchmark);
  add("reference", "print the reference of all options", add_reference)->group("");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help, version
    throw ArgumentError(error.what());
  }
  refuse_extras(app);
  for (CLI::App* verb : app.get_subcommands()) return verbs.at(verb)();
  say_text(app.help());
  return 2;
}

}  // namespace
}  // namespace recura::cli

int main(int argc, char** argv) {
  using namespace recura;
  cli::hold_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of writing like any other
  try {
    return cli::run(argc, argv);
  } catch (const ArgumentError& error) {
    return cli::complain(error.what(), 2);
  } catch (const DataError& error) {
    return cli::complain(error.what(), 3);
  } catch (const SystemError& error) {
    return cli::complain(error.what(), 4);
  } catch (const DivergenceError& error) {
    return cli::complain(error.what(), 5);
  } catch (const std::bad_alloc&) {
    return cli::complain("not enough memory", 4);
  } catch (const std::exception& error) {
    return cli::complain(error.what(), 4);
  }
}
