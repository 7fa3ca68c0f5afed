#include "train/checkpoint.h"

#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "kernel/level.h"
#include "train/run_state.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTask = "checkpoint";

/// Empty if there is none.
std::string value_of(const Json& object, const std::string& name) {
  if (!object.contains(name)) return "";
  return object[name].is_string() ? object[name].get<std::string>() : object[name].dump();
}

std::string option_change(const std::string& name, const std::string& from, const std::string& to) {
  const auto shown = [](const std::string& value) { return value.empty() ? "none" : value; };
  return fmt::format("{} was {}, now it is {}", name, shown(from), shown(to));
}

/// Of data the values are checksums, which tell nobody anything.
std::string data_change(const std::string& name, const std::string& from, const std::string& to) {
  if (name == "unicode") return option_change("the version of the Unicode library", from, to);
  return fmt::format("the {} changed", name == "train" ? "training data" : name == "dev" ? "dev data" : name);
}

/// A text that is compared; null if it is longer than most: a tree takes many times its size.
Json compared_json(const std::string& text) {
  constexpr std::size_t kMost = std::size_t{1} << 16;
  return text.size() > kMost ? Json() : Json::parse(text, nullptr, false);
}

/// "hidden was 64, now it is 128; …" for all that differs, each in the words of `say(name, from, to)`.
template <typename Say>
std::string changes(const std::string& old_text, const std::string& new_text, const Say& say) {
  if (old_text == new_text) return "";
  const Json before = compared_json(old_text), now = Json::parse(new_text, nullptr, false);
  if (!before.is_object()) return "they cannot be read";
  std::set<std::string> names;
  for (const Json* object : {&before, &now}) {
    for (const auto& item : object->items()) names.insert(item.key());
  }
  std::string text;
  for (const std::string& name : names) {
    const std::string from = value_of(before, name), to = value_of(now, name);
    if (from != to) text += (text.empty() ? "" : "; ") + say(name, from, to);
  }
  return text;
}

/// @throws ArgumentError, DataError  if the run in the file is another one.
void check_same_run(const ModelFile& file, const CheckpointPlan& plan) {
  if (const std::string* const task = file.find_text("trains"); task != nullptr && *task != plan.task)
    throw ArgumentError("{}: a run goes on with the task that it began with: it was {}, now it is {}", plan.path, *task,
                        plan.task);
  if (const std::string changed = changes(file.text("options"), plan.options, option_change); !changed.empty())
    throw ArgumentError("{}: a run goes on with the options that it began with: {}", plan.path, changed);
  if (const std::string changed = changes(file.text("data"), plan.data, data_change); !changed.empty())
    throw DataError("{}: a run goes on with the data that it began with: {}", plan.path, changed);
}

ModelFile open_checkpoint(const std::string& path) {
  ModelFile file = ModelFile::open(path);
  if (file.text("task") != kTask) throw DataError("{}: it is a model, expected a checkpoint", path);
  return file;
}

}  // namespace

void check_checkpoint(const std::string& path) {
  check_writable(path);
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) return;
  try {
    open_checkpoint(path);
  } catch (const DataError& error) {
    throw ArgumentError("{}; it is not overwritten: remove it, or name another file", error.what());
  }
}

void write_checkpoint(const CheckpointPlan& plan, const std::function<void(RunState&)>& visit) {
  ModelWriter writer;
  writer.add_text("task", std::string(kTask));
  writer.add_text("trains", plan.task);
  writer.add_text("level", std::string(kernel::level().name()));
  writer.add_text("options", plan.options);
  writer.add_text("data", plan.data);
  RunState state(writer);
  visit(state);
  state.finish();
  writer.save(plan.path);
}

std::string read_checkpoint(const CheckpointPlan& plan, const std::function<void(RunState&)>& visit) {
  try {
    const ModelFile file = open_checkpoint(plan.path);
    check_same_run(file, plan);
    RunState state(file);
    visit(state);
    const std::string level(kernel::level().name());
    if (file.text("level") == level) return "";
    return fmt::format("the checkpoint was computed with the instruction set {}, this is {}: last bits may differ",
                       file.text("level"), level);
  } catch (const DataError& error) {
    throw CheckpointError(std::string(error.what()));
  }
}

}  // namespace recura
