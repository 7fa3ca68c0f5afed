#include <fmt/format.h>
#include <recura/classifier.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "flags.h"
#include "json_text.h"
#include "terminal.h"
#include "verbs.h"

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  bool json = false;
};

/// What the program that wrote the model says of it, which nobody has checked; the model file bounds its size. Keys are
/// sorted: keeping their order would search all of them for each.
using Facts = nlohmann::json;

/// @throws DataError  if the text is no JSON object, or is nested so deep that printing it could overflow the stack.
Facts facts_of(const std::string& path, const char* what, const std::string& text) {
  constexpr int kDeepest = 4;
  const auto refuse = [&](const std::string& why) { throw DataError(fmt::format("{}: its {} {}", path, what, why)); };
  const auto shallow = [&](int depth, Facts::parse_event_t, const Facts&) {
    if (depth > kDeepest) refuse(fmt::format("must be nested {} deep at most", kDeepest));
    return true;
  };
  try {
    Facts facts = Facts::parse(text, shallow);
    if (!facts.is_object()) refuse("must be a JSON object");
    return facts;
  } catch (const Facts::exception& error) {
    refuse(fmt::format("must be JSON: {}", error.what()));
    throw;  // never: `refuse` has thrown
  }
}

struct Shown {
  ModelInfo info;
  Facts options, training, narrowing;
};

std::string json_of(const Shown& shown) {
  const ModelInfo& info = shown.info;
  const Json checked{{"task", "classify"},
                     {"labels", info.labels},
                     {"vocabulary", info.vocabulary},
                     {"weights", info.weights},
                     {"digest", info.digest},
                     {"precision", info.precision},
                     {"network", Json::parse(info.network)},
                     {"text", Json::parse(info.text)},
                     {"notes", info.notes}};
  std::string json = json_text(checked);
  json.pop_back();
  return json + ",\"options\":" + json_text(shown.options) + ",\"training\":" + json_text(shown.training) +
         ",\"narrowing\":" + json_text(shown.narrowing) + "}";
}

template <typename AnyJson>
void print_object(Output& out, const char* title, const AnyJson& object) {
  out.write(fmt::format("{}\n", title));
  for (const auto& [key, value] : object.items()) {
    out.write(fmt::format("  {}  {}\n", padded(printable(key), 16),
                          printable(value.is_string() ? value.template get<std::string>() : json_text(value))));
  }
}

void print_table(Output& out, const std::string& path, const Shown& shown) {
  const ModelInfo& info = shown.info;
  out.write(fmt::format("{}: a classifier of {} labels\n", printable(path), info.labels.size()));
  out.write(fmt::format("digest      {}\nvocabulary  {}\nweights     {}, {}\nlabels     ", info.digest, info.vocabulary,
                        info.weights, info.precision));
  for (const std::string& label : info.labels) out.write(" " + printable(label));
  out.write("\nnetwork\n");
  for (const Json& layer : Json::parse(info.network)) out.write("  " + printable(layer.dump()) + "\n");
  print_object(out, "text", Json::parse(info.text));
  print_object(out, "options", shown.options);
  print_object(out, "training", shown.training);
  if (!shown.narrowing.empty()) print_object(out, "narrowing", shown.narrowing);
  for (const std::string& note : info.notes) out.write("note: " + printable(note) + "\n");
}

int run(const CLI::App& app, const Arguments& arguments) {
  refuse_extras(app);
  if (arguments.model.empty()) throw ArgumentError("inspect: expected a model");
  Shown shown{Classifier::load(arguments.model, 1).info(), {}, {}, {}};
  shown.options = facts_of(arguments.model, "text \"options\"", shown.info.options);
  shown.training = facts_of(arguments.model, "text \"training\"", shown.info.training);
  shown.narrowing = facts_of(arguments.model, "text \"narrowing\"", shown.info.narrowing);
  Output out;
  if (arguments.json) {
    out.write(json_of(shown) + "\n");
  } else {
    print_table(out, arguments.model, shown);
  }
  out.flush();
  return 0;
}

}  // namespace

Verb add_inspect(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.allow_extras();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_flag("--json", arguments->json, "one JSON object");
  show_usage(app, "MODEL");
  app.footer("Example:\n  recura inspect reviews.recura");
  return [arguments, &app] { return run(app, *arguments); };
}

}  // namespace recura::cli
