#include <fmt/format.h>
#include <recura/model.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "flags.h"
#include "show/json_text.h"
#include "show/survey_view.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

struct InspectArguments {
  std::string model;
  std::vector<std::string> files;
  bool json = false, verify = false;
  InputOptions input;
};

/// What the program that wrote the model says of it, which nobody has checked; the model file bounds its size. Keys are
/// sorted: keeping their order would search all of them for each.
using Facts = nlohmann::json;

/// @throws DataError  if the text is no JSON object, or is nested so deep that printing it could overflow the stack.
Facts facts_of(const std::string& path, const char* what, const std::string& text) {
  constexpr int kDeepest = 6;
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
  Facts options, training, narrowing;
};

/// `checked`: what the library has checked of the model.
std::string json_of(const Json& checked, const Shown& shown) {
  std::string json = json_text(checked);
  json.pop_back();
  return json + ",\"options\":" + json_text(shown.options) + ",\"training\":" + json_text(shown.training) +
         ",\"narrowing\":" + json_text(shown.narrowing) + "}";
}

Json checked_json(const ModelInfo& info) {
  return {{"task", "classify"},
          {"labels", info.labels},
          {"several", info.several},
          {"thresholds", info.thresholds},
          {"temperature", info.temperature},
          {"decision_rows", info.decision_rows},
          {"vocabulary", info.vocabulary},
          {"weights", info.weights},
          {"digest", info.digest},
          {"precision", info.precision},
          {"network", Json::parse(info.network)},
          {"text", Json::parse(info.text)},
          {"notes", info.notes}};
}

Json checked_json(const TaggerInfo& info) {
  return {{"task", "tag"},
          {"types", info.types},
          {"labels", info.labels},
          {"segmenter", info.is_segmenter},
          {"vocabulary", info.words},
          {"characters", info.characters},
          {"lexicon", info.lexicon},
          {"weights", info.weights},
          {"digest", info.digest},
          {"precision", info.precision},
          {"network", Json::parse(info.network)},
          {"text", Json::parse(info.text)},
          {"notes", info.notes}};
}

Json checked_json(const SummarizerInfo& info) {
  const Json own = info.kind == "write"      ? Json{{"outputs", info.outputs}, {"longest", info.longest}}
                   : info.kind == "compress" ? Json{{"characters", info.characters}}
                                             : Json{{"share", info.share}};
  Json json{{"task", "summarise"}, {"kind", info.kind}, {"vocabulary", info.vocabulary}, {"weights", info.weights}};
  json.update(own);
  json.update({{"digest", info.digest},
               {"precision", info.precision},
               {"network", Json::parse(info.network)},
               {"text", Json::parse(info.text)},
               {"notes", info.notes}});
  return json;
}

Json checked_json(const LanguageModelInfo& info) {
  return {{"task", "language-model"},
          {"bidirectional", info.bidirectional},
          {"vocabulary", info.vocabulary},
          {"weights", info.weights},
          {"digest", info.digest},
          {"precision", info.precision},
          {"network", Json::parse(info.network)},
          {"text", Json::parse(info.text)},
          {"notes", info.notes}};
}

/// What training found in each epoch would fill pages: how many there were.
template <typename AnyJson>
std::string value_of(const std::string& key, const AnyJson& value) {
  if (key == "epochs" && value.is_array()) return fmt::format("{}, each with --json", value.size());
  return value.is_string() ? value.template get<std::string>() : json_text(value);
}

template <typename AnyJson>
void print_object(Output& out, const char* title, const AnyJson& object) {
  out.write(fmt::format("{}\n", title));
  for (const auto& [key, value] : object.items())
    out.write(fmt::format("  {}  {}\n", padded(printable(key), 16), printable(value_of(key, value))));
}

void print_names(Output& out, const char* title, const std::vector<std::string>& names) {
  out.write(title);
  for (const std::string& name : names)
    out.write(fmt::format("{} {}", &name == &names.front() ? "" : ",", printable(name)));
  out.write("\n");
}

void print_checked(Output& out, const std::string& path, const ModelInfo& info) {
  out.write(fmt::format("{}: a classifier of {} labels{}\n", printable(path), info.labels.size(),
                        info.several ? ", of which a text may have several" : ""));
  out.write(fmt::format("digest      {}\nvocabulary  {}\nweights     {}, {}\n", info.digest, info.vocabulary,
                        info.weights, info.precision));
  print_names(out, "labels     ", info.labels);
  if (!info.several && info.decision_rows > 0)
    out.write(fmt::format("temperature {:.4f}, chosen on {} dev rows\n", info.temperature, info.decision_rows));
  if (info.several) {
    out.write(fmt::format("thresholds  chosen on {} dev rows:", info.decision_rows));
    for (std::size_t k = 0; k < info.thresholds.size(); ++k)
      out.write(fmt::format("{} {} {:.3g}", k == 0 ? "" : ",", printable(info.labels[k]), info.thresholds[k]));
    out.write("\n");
  }
  out.write("network\n");
  for (const Json& layer : Json::parse(info.network)) out.write(fmt::format("  {}\n", printable(layer.dump())));
}

void print_checked(Output& out, const std::string& path, const TaggerInfo& info) {
  out.write(fmt::format("{}: {}\n", printable(path), info.is_segmenter ? "cuts text into words" : "a tagger"));
  out.write(fmt::format("digest      {}\nvocabulary  {}, {} characters, {} names to look for\nweights     {}, {}\n",
                        info.digest, info.words, info.characters, info.lexicon, info.weights, info.precision));
  if (!info.is_segmenter) print_names(out, "types      ", info.types);
  if (!info.labels.empty()) print_names(out, "labels     ", info.labels);
  Json network = Json::parse(info.network);
  const Json channels = network["channels"];
  network.erase("channels");
  out.write("channels\n");
  for (const Json& channel : channels) out.write(fmt::format("  {}\n", printable(channel.dump())));
  out.write(fmt::format("network\n  {}\n", printable(network.dump())));
}

/// What a summarizer does, and what else it knows than words.
std::pair<std::string, std::string> words_of_kind(const SummarizerInfo& info) {
  if (info.kind == "compress") return {"leaves words out", fmt::format(", {} characters", info.characters)};
  if (info.kind == "write")
    return {fmt::format("writes, {} words at most if nobody says how many", info.longest),
            fmt::format(", {} can be written", info.outputs)};
  return {fmt::format("chooses sentences, {:.0f} of 100 if nobody says how many", 100 * info.share), ""};
}

void print_checked(Output& out, const std::string& path, const SummarizerInfo& info) {
  const auto [what, besides] = words_of_kind(info);
  out.write(fmt::format("{}: a summarizer that {}\n", printable(path), what));
  out.write(fmt::format("digest      {}\nvocabulary  {}{}\nweights     {}, {}\nnetwork\n  {}\n", info.digest,
                        info.vocabulary, besides, info.weights, info.precision, printable(info.network)));
}

void print_checked(Output& out, const std::string& path, const LanguageModelInfo& info) {
  out.write(fmt::format("{}: a language model that reads {}\n", printable(path),
                        info.bidirectional ? "in both directions" : "forward"));
  out.write(fmt::format("digest      {}\nvocabulary  {}\nweights     {}, {}\nnetwork\n  {}\n", info.digest,
                        info.vocabulary, info.weights, info.precision, printable(info.network)));
}

template <typename Info>
void print_table(Output& out, const std::string& path, const Info& info, const Shown& shown) {
  print_checked(out, path, info);
  print_object(out, "text", Json::parse(info.text));
  print_object(out, "options", shown.options);
  print_object(out, "training", shown.training);
  if (!shown.narrowing.empty()) print_object(out, "narrowing", shown.narrowing);
  for (const std::string& note : info.notes) out.write(fmt::format("note: {}\n", printable(note)));
}

void answer_once(const Classifier& model) { model.classify("a"); }
void answer_once(const Tagger& model) { model.tag("a"); }
void answer_once(const Summarizer& model) { model.summarise("a"); }
void answer_once(const LanguageModel& model) { model.likelihood("a"); }

/// That it was loaded says that checksum, texts and tensors are right and fit each other.
template <typename Model, typename Info>
void verify(const Model& model, const Info& info, const InspectArguments& arguments) {
  try {
    answer_once(model);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}: {}", arguments.model, error.what()));
  }
  Output out;
  if (arguments.json) {
    out.write(json_text(Json{{"sound", true}, {"digest", info.digest}}) + "\n");
  } else {
    out.write(fmt::format("{}: sound, digest {}\n", printable(arguments.model), info.digest));
  }
  out.flush();
}

template <typename Model>
void print(const Model& model, const InspectArguments& arguments) {
  const auto info = model.info();
  const Shown shown{facts_of(arguments.model, "text \"options\"", info.options),
                    facts_of(arguments.model, "text \"training\"", info.training),
                    facts_of(arguments.model, "text \"narrowing\"", info.narrowing)};
  if (arguments.verify) return verify(model, info, arguments);
  Output out;
  if (arguments.json) {
    out.write(json_of(checked_json(info), shown) + "\n");
  } else {
    print_table(out, arguments.model, info, shown);
  }
  out.flush();
}

int inspect_data(const InspectArguments& arguments) {
  const DataSurvey found = survey(arguments.files, arguments.input);
  Output out;
  if (arguments.json) {
    out.write(json_text(to_json(found)) + "\n");
  } else {
    print_survey(out, found);
  }
  out.flush();
  return 0;
}

int run(Flags& flags, const InspectArguments& arguments) {
  flags.read();
  std::error_code unknown;
  const bool is_word = arguments.model == "data" && !std::filesystem::exists("data", unknown);
  if (arguments.model.empty() || (is_word && arguments.files.empty()))
    throw ArgumentError("inspect: expected a model, or data and files of texts with labels");
  const bool is_data = arguments.model == "data" && !arguments.files.empty();
  flags.apply(is_data ? "data" : "a model");
  if (is_data) {
    if (arguments.verify) throw ArgumentError("--verify: is of a model, not of data");
    return inspect_data(arguments);
  }
  if (!arguments.files.empty())
    throw ArgumentError(fmt::format("inspect: unknown argument \"{}\"", printable(arguments.files.front())));
  std::visit([&](const auto& model) { print(model, arguments); }, load_model(arguments.model, 1));
  return 0;
}

}  // namespace

Verb add_inspect(CLI::App& app) {
  const auto arguments = std::make_shared<InspectArguments>();
  app.add_option("model", arguments->model, "a model file; or the word data, and files behind it")->type_name("MODEL");
  app.add_option("files", arguments->files, "behind data: texts with labels, of which to tell what is odd")
      ->type_name("DATA");
  app.add_flag("--json", arguments->json, "one JSON object");
  app.add_flag("--verify", arguments->verify,
               "read all of the model, let it answer a text, and say no more than that it is sound");
  show_usage(app, "MODEL | data DATA...");
  app.footer(
      "Examples:\n  recura inspect reviews.recura\n  recura inspect reviews.recura --verify\n  recura inspect data "
      "train.jsonl test.jsonl");
  const auto flags = std::make_shared<Flags>(app, std::vector<OptionSet>{{"data", describe(arguments->input)}});
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
