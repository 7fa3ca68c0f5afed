#include "flags.h"

#include <fmt/format.h>
#include <recura/error.h>
#include <toml++/toml.h>

#include <algorithm>

namespace recura::cli {
namespace {

std::string hint(const std::string& nearest) { return nearest.empty() ? "" : "; did you mean " + nearest + "?"; }

std::string to_text(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
  if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  return "a table or list";
}

}  // namespace

Flags::Flags(CLI::App& verb, std::vector<Option> options) : verb_(verb), options_(std::move(options)) {
  verb_.allow_extras();
  verb_.add_option("--config", config_, "options from a TOML file; flags go before it")->type_name("FILE");
  for (std::size_t i = 0; i < options_.size(); ++i) add(i);
}

void Flags::add(std::size_t index) {
  const Option& option = options_[index];
  const std::string flag = "--" + option.name;
  CLI::Option* made = nullptr;
  if (option.is_switch) {
    const auto set = [this, index](std::int64_t count) { given_.push_back({index, count > 0 ? "true" : "false"}); };
    made = verb_.add_flag_function(flag + ",!--no-" + option.name, set,
                                   option.help + " (" + (option.get() == "true" ? "on" : "off") + ")");
  } else {
    const auto set = [this, index](const std::string& value) { given_.push_back({index, value}); };
    made = verb_.add_option_function<std::string>(flag, set, option.help);
    made->type_name(option.values)->default_str(option.get());
  }
  made->group(option.group);
}

void Flags::apply() {
  refuse_extras(verb_);
  if (!config_.empty()) apply_config();
  for (const Given& given : given_) options_[given.option].set(given.value);
}

void Flags::apply_config() {
  toml::table table;
  try {
    table = toml::parse_file(config_);
  } catch (const toml::parse_error& error) {
    if (error.source().begin.line == 0) throw SystemError(fmt::format("{}: {}", config_, error.description()));
    throw ArgumentError(fmt::format("{}: line {}: {}", config_, error.source().begin.line, error.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const auto found = std::ranges::find(options_, name, &Option::name);
    if (found == options_.end()) {
      std::vector<std::string> names(options_.size());
      std::ranges::transform(options_, names.begin(), &Option::name);
      throw ArgumentError(fmt::format("{}: line {}: unknown option {:?}{}", config_, node.source().begin.line, name,
                                      hint(nearest_name(name, names))));
    }
    found->set(to_text(node));
  }
}

void refuse_extras(const CLI::App& verb) {
  const std::vector<std::string> extras = verb.remaining();
  if (extras.empty()) return;
  const std::string wrong = extras.front().substr(0, extras.front().find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const CLI::App* sub : verb.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  const bool is_option = wrong.starts_with("-") && wrong != "-";
  throw ArgumentError(
      fmt::format("unknown {} {:?}{}", is_option ? "option" : "argument", wrong, hint(nearest_name(wrong, names))));
}

}  // namespace recura::cli
