#include "train/checkpoint.h"

#include <set>

#include "base/error.h"
#include "kernel/level.h"
#include "train/run_state.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTask = "checkpoint";

std::string shown(const Json& object, const std::string& name) {
  if (!object.contains(name)) return "none";
  return object[name].is_string() ? object[name].get<std::string>() : object[name].dump();
}

/// "hidden was 64, now it is 128; …" for all that differs.
std::string changes(const std::string& old_text, const std::string& new_text) {
  const Json before = Json::parse(old_text, nullptr, false), now = Json::parse(new_text, nullptr, false);
  if (!before.is_object()) return "they cannot be read";
  std::set<std::string> names;
  for (const Json* object : {&before, &now}) {
    for (const auto& item : object->items()) names.insert(item.key());
  }
  std::string text;
  for (const std::string& name : names) {
    const std::string from = shown(before, name), to = shown(now, name);
    if (from != to) text += fmt::format("{}{} was {}, now it is {}", text.empty() ? "" : "; ", name, from, to);
  }
  return text;
}

}  // namespace

void write_checkpoint(const CheckpointPlan& plan, const std::function<void(RunState&)>& visit) {
  ModelWriter writer;
  writer.add_text("task", std::string(kTask));
  writer.add_text("level", std::string(kernel::level().name()));
  writer.add_text("options", plan.options);
  writer.add_text("data", plan.data);
  RunState state(writer);
  visit(state);
  state.finish();
  writer.save(plan.path);
}

std::string read_checkpoint(const CheckpointPlan& plan, const std::function<void(RunState&)>& visit) {
  const ModelFile file = ModelFile::open(plan.path);
  if (file.text("task") != kTask) throw DataError("{}: it is a model, expected a checkpoint", plan.path);
  if (const std::string changed = changes(file.text("options"), plan.options); !changed.empty())
    throw ArgumentError("{}: a run goes on with the options that it began with: {}", plan.path, changed);
  if (const std::string changed = changes(file.text("data"), plan.data); !changed.empty())
    throw DataError("{}: a run goes on with the data that it began with: {}", plan.path, changed);
  RunState state(file);
  visit(state);
  const std::string level(kernel::level().name());
  if (file.text("level") == level) return "";
  return fmt::format("the checkpoint was computed with the instruction set {}, this is {}: last bits may differ",
                     file.text("level"), level);
}

}  // namespace recura
