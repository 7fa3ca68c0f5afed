#include <fmt/format.h>
#include <recura/classifier.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "flags.h"
#include "terminal.h"
#include "verbs.h"

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  bool json = false;
};

Json to_json(const ModelInfo& info) {
  return {{"task", "classify"},
          {"labels", info.labels},
          {"vocabulary", info.vocabulary},
          {"weights", info.weights},
          {"digest", info.digest},
          {"network", Json::parse(info.network)},
          {"text", Json::parse(info.text)},
          {"options", Json::parse(info.options)},
          {"training", Json::parse(info.training)},
          {"notes", info.notes}};
}

void print_object(Output& out, const char* title, const Json& object) {
  out.write(fmt::format("{}\n", title));
  for (const auto& [key, value] : object.items()) {
    out.write(fmt::format("  {}  {}\n", padded(printable(key), 16),
                          printable(value.is_string() ? value.get<std::string>() : value.dump())));
  }
}

void print_table(Output& out, const std::string& path, const Json& info) {
  out.write(fmt::format("{}: a classifier of {} labels\n", printable(path), info["labels"].size()));
  out.write(fmt::format("digest      {}\nvocabulary  {}\nweights     {}\nlabels     ",
                        info["digest"].get<std::string>(), info["vocabulary"].dump(), info["weights"].dump()));
  for (const Json& label : info["labels"]) out.write(" " + printable(label.get<std::string>()));
  out.write("\nnetwork\n");
  for (const Json& layer : info["network"]) out.write("  " + printable(layer.dump()) + "\n");
  for (const char* part : {"text", "options", "training"}) print_object(out, part, info[part]);
  for (const Json& note : info["notes"]) out.write("note: " + printable(note.get<std::string>()) + "\n");
}

int run(const CLI::App& app, const Arguments& arguments) {
  refuse_extras(app);
  if (arguments.model.empty()) throw ArgumentError("inspect: expected a model");
  Json info;
  try {
    info = to_json(Classifier::load(arguments.model, 1).info());
  } catch (const Json::exception& error) {
    throw DataError(fmt::format("{}: its options or training facts are no JSON: {}", arguments.model, error.what()));
  }
  Output out;
  if (arguments.json) {
    out.write(info.dump() + "\n");
  } else {
    print_table(out, arguments.model, info);
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
