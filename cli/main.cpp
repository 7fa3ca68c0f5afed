#include <fmt/format.h>
#include <recura/error.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <new>

#include "flags.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

int complain(const char* what, int code) {
  say("recura: {}\n", printable(what));
  return code;
}

/// The verbs by their names. The options of one are made when it is asked for: those of all would take most of the time
/// of a start.
struct Verbs {
  CLI::App app{"Recura: information extraction from text with recurrent neural networks", "recura"};
  std::map<std::string, std::pair<CLI::App*, Verb (*)(CLI::App&)>> by_name;

  Verbs() {
    app.set_version_flag("--version", "recura " RECURA_VERSION);
    app.allow_extras();
    app.footer("Example:\n  recura train reviews.jsonl\n  echo 'a film to love' | recura extract reviews.recura");
    show_usage(app, "VERB ...");
    add("train", "train a classifier, a tagger or a summarizer", add_train);
    add("tune", "search for options that suit the data, and train with them", add_tune);
    add("evaluate", "measure a model on texts with labels, spans or summaries", add_evaluate);
    add("extract", "give each text its label, its names and words, or its summary", add_extract);
    add("inspect", "show what a model is", add_inspect);
    add("export", "make a model smaller, and faster where the processor allows", add_export);
    add("convert", "bring texts with marked spans into another form", add_convert);
    add("vectors", "learn vectors of words from raw text", add_vectors);
    add("benchmark", "measure how fast a model answers", add_benchmark);
    add("reference", "print the reference of all options", add_reference)->group("");
  }

  const std::pair<CLI::App*, Verb (*)(CLI::App&)>& find(const std::string& name) const {
    const auto verb = by_name.find(name);
    if (verb != by_name.end()) return verb->second;
    std::vector<std::string> names;
    for (const auto& [known, unused] : by_name) names.push_back(known);
    throw ArgumentError(fmt::format("unknown verb {:?}{}", name, hint(nearest_name(name, names))));
  }

  CLI::App* add(const char* name, const char* help, Verb (*make)(CLI::App&)) {
    CLI::App* verb = app.add_subcommand(name, help);
    by_name[name] = {verb, make};
    return verb;
  }
};

/// Refuses a flag that stands twice, in the words in which a wrong value is refused.
void refuse_repeated(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const std::vector<std::string>& given = option->results();
    if (given.size() < 2 || static_cast<int>(given.size()) <= option->get_items_expected_max()) continue;
    throw ArgumentError(fmt::format("{}: expected it once, got {:?} and {:?}", option->get_name(), given[0], given[1]));
  }
}

/// An empty value is a variable that was not set, not one's wish.
void refuse_empty(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (std::ranges::count(option->results(), "") > 0)
      throw ArgumentError(fmt::format("{}: expected {}, got \"\"", option->get_name(), option->get_type_name()));
  }
}

/// True if all is said: help, or the version.
bool parse(CLI::App& app, std::vector<std::string> arguments, const std::string& before) {
  std::ranges::reverse(arguments);  // as the library wants them
  try {
    app.parse(std::move(arguments));
    refuse_empty(app);
    return false;
  } catch (const CLI::CallForVersion& version) {
    Output().write(version.what() + std::string("\n"));
  } catch (const CLI::CallForHelp&) {
    Output().write(app.help(before));
  } catch (const CLI::ArgumentMismatch& error) {
    refuse_repeated(app);
    throw ArgumentError(error.what());
  } catch (const CLI::ParseError& error) {
    throw ArgumentError(error.what());
  }
  Output().flush();
  return true;
}

/// The first word that is no option is the verb, and what follows is the verb's alone: a file may be named like another
/// verb, which the library would take for one more command.
int run(const std::vector<std::string>& arguments) {
  Verbs verbs;
  const auto word = std::ranges::find_if(arguments, [](const std::string& a) { return !a.starts_with('-'); });
  if (parse(verbs.app, {arguments.begin(), word}, "")) return 0;
  refuse_extras(verbs.app);
  if (word == arguments.end()) {
    say_text(verbs.app.help());
    return 2;
  }
  std::vector<std::string> own(word + 1, arguments.end());
  if (*word == "help") {
    if (own.empty()) own.emplace_back("--help");
    return run({own[0], "--help"});
  }
  const auto& [app, make] = verbs.find(*word);
  const Verb act = make(*app);
  return parse(*app, std::move(own), "recura") ? 0 : act();
}

}  // namespace
}  // namespace recura::cli

int main(int argc, char** argv) {
  using namespace recura;
  cli::hold_standard_streams();
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);  // errors of writing, which can be caught
  try {
    return cli::run({argv + std::min(argc, 1), argv + argc});
  } catch (const ArgumentError& error) {
    return cli::complain(error.what(), 2);
  } catch (const DataError& error) {
    return cli::complain(error.what(), 3);
  } catch (const cli::ReaderGone&) {
    return 4;  // and nothing to say
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
