#include "flags.h"

#include <fmt/ranges.h>
#include <recura/error.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

namespace recura::cli {
namespace {

/// What a flag would be given; nothing of what is no single value.
std::optional<std::string> to_text(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return text;
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
  if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  return std::nullopt;
}

std::string expected(const std::string& values, const std::string& given) {
  return fmt::format("expected {}, got {:?}", values, given);
}

/// Help that shows which arguments a verb needs, and a switch without the library's "{false}".
class Help : public CLI::Formatter {
 public:
  Help(std::string arguments, std::function<void()> before)
      : arguments_(std::move(arguments)), before_(std::move(before)) {}

  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    if (before_) before_();
    return CLI::Formatter::make_help(app, std::move(name), mode);
  }

  std::string make_usage(const CLI::App*, std::string name) const override {
    return fmt::format("Usage: {} [OPTIONS] {}\n", name, arguments_);
  }
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    const std::string name = CLI::Formatter::make_option_name(option, is_positional);
    return CLI::detail::find_and_replace(name, "{false}", "");
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    const bool many = option->get_expected_max() == CLI::detail::expected_max_vector_size;
    const std::string usual = option->get_default_str();
    return " " + option->get_type_name() + (many ? " ..." : "") + (usual.empty() ? "" : ", default " + usual);
  }

 private:
  std::string arguments_;
  std::function<void()> before_;
};

}  // namespace

bool is_of_rows(const std::string& option) { return option.ends_with("-field") || option.ends_with("-column"); }

std::string hint(const std::string& nearest) { return nearest.empty() ? "" : "; did you mean " + nearest + "?"; }

Flags::Flags(CLI::App& verb, std::vector<Option> options)
    : Flags(verb, std::vector<OptionSet>{{"", std::move(options)}}) {}

Flags::Flags(CLI::App& verb, std::vector<OptionSet> sets) : verb_(verb), sets_(std::move(sets)) {
  verb_.allow_extras();
  verb_.add_option("--config", config_, "options from a TOML file; flags override it")->type_name("FILE");
  for (const OptionSet& set : sets_) {
    for (const Option& option : set.options) {
      if (std::ranges::count(names_, option.name) == 0) names_.push_back(option.name);
    }
  }
  for (const std::string& name : names_) add(described(name));
}

std::vector<Flags::Described> Flags::described(const std::string& name) const {
  std::vector<Described> found;
  for (const OptionSet& set : sets_) {
    const auto option = std::ranges::find(set.options, name, &Option::name);
    if (option != set.options.end()) found.push_back({&set, &*option});
  }
  return found;
}

const Option& Flags::option(const std::string& name, const std::string& task) const {
  std::string tasks;
  for (const Described& one : described(name)) {
    if (one.set->task == task) return *one.option;
    tasks += fmt::format("{}{}", tasks.empty() ? "" : ", ", one.set->task);
  }
  const bool is_switched_off = described(name).front().option->is_switch && given(name) == "false";
  throw ArgumentError(
      fmt::format("--{}{}: no option of {}, but of {}", is_switched_off ? "no-" : "", name, task, tasks));
}

Flags::Words Flags::words_of(const std::vector<Described>& tasks, bool is_for_one) const {
  // What all tasks have in common, or "classify, tag: 0.1; language-model: 0.05".
  const auto joined = [&](const auto& part) {
    std::vector<std::pair<std::string, std::string>> said;  // and of which tasks
    for (const Described& one : tasks) {
      const std::string text = part(*one.option);
      const auto same = std::ranges::find(said, text, [](const auto& pair) { return pair.first; });
      if (same != said.end()) {
        same->second += ", " + one.set->task;
      } else {
        said.emplace_back(text, one.set->task);
      }
    }
    if (said.size() == 1) return said.front().first;
    std::string all;
    for (const auto& [text, of] : said) all += fmt::format("{}{}: {}", all.empty() ? "" : "; ", of, text);
    return all;
  };
  return {fmt::format("{}{}", is_for_one ? tasks.front().set->task + ": " : "",
                      joined([](const Option& option) { return option.help; })),
          joined([](const Option& option) { return option.values; }), joined([](const Option& option) {
            return !option.is_switch ? option.get() : option.get() == "true" ? std::string("on") : std::string("off");
          })};
}

void Flags::add(const std::vector<Described>& tasks) {
  const Option& first = *tasks.front().option;
  // Constant: else the library would take it for a variable to fill in.
  const Words words = words_of(tasks, tasks.size() == 1 && sets_.size() > 1);
  const std::string flag = "--" + first.name;
  CLI::Option* made = nullptr;
  if (first.is_switch) {
    const std::string with_usual = fmt::format("{} ({})", words.help, words.usual);
    made = verb_.add_flag(flag + ",!--no-" + first.name, with_usual)
               ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  } else {
    made = verb_.add_option(flag, words.help)->type_name(words.values)->default_str(words.usual);
  }
  flags_.push_back(made->group(first.group));
}

void Flags::show_only(const std::string& task) {
  for (std::size_t i = 0; !task.empty() && i < names_.size(); ++i) {
    std::vector<Described> own = described(names_[i]);
    std::erase_if(own, [&](const Described& one) { return one.set->task != task; });
    if (own.empty()) {
      flags_[i]->group("");  // which hides it
      continue;
    }
    const Words words = words_of(own, false);
    const bool is_switch = own.front().option->is_switch;
    flags_[i]->description(is_switch ? fmt::format("{} ({})", words.help, words.usual) : words.help);
    if (!is_switch) flags_[i]->type_name(words.values)->default_str(words.usual);
  }
}

void Flags::show_fields_of_model() {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (is_of_rows(names_[i])) flags_[i]->default_str("as in training, else " + flags_[i]->get_default_str());
  }
}

std::string Flags::given(const std::string& name) const {
  const auto at = static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
  if (at < names_.size() && !flags_[at]->results().empty()) return flags_[at]->results().back();
  const auto key = std::ranges::find(keys_, name, &Key::name);
  return key == keys_.end() ? "" : key->value;
}

std::string Flags::first_given(const std::string& group) const {
  const auto found = std::ranges::find_if(names_, [&](const std::string& name) {
    return described(name).front().option->group == group && !given(name).empty();
  });
  return found == names_.end() ? "" : *found;
}

void Flags::read(const std::vector<std::string>& own) {
  refuse_extras(verb_);
  is_read_ = true;
  if (config_.empty()) return;
  read_config();
  for (const std::string& name : own) {
    const auto key = std::ranges::find(keys_, name, &Key::name);
    if (key == keys_.end()) continue;
    if (verb_.count("--" + name) == 0) give_verb(*key);
    keys_.erase(key);
  }
}

void Flags::read_config() {
  // Reading a folder, a stream gives nothing, as if the file were empty.
  std::error_code unknown;
  if (std::filesystem::is_directory(config_, unknown))
    throw SystemError(config_ + ": expected a TOML file, it is a folder");
  if (!std::ifstream(config_))
    throw SystemError(fmt::format("{}: cannot be opened: {}", config_, std::strerror(errno)));
  toml::table table;
  try {
    table = toml::parse_file(config_);
  } catch (const toml::parse_error& error) {
    if (error.source().begin.line == 0) throw SystemError(fmt::format("{}: {}", config_, error.description()));
    throw ArgumentError(fmt::format("{}: line {}: {}", config_, error.source().begin.line, error.description()));
  }
  for (const auto& [key, node] : table) {
    const std::optional<std::string> text = to_text(node);
    keys_.push_back({std::string(key.str()), text.value_or(""), node.source().begin.line});
    if (!text)
      refuse(keys_.back(), fmt::format("{:?}: expected a text, a number, true or false, got a {}", keys_.back().name,
                                       node.is_table()   ? "table"
                                       : node.is_array() ? "list"
                                                         : "date or time"));
  }
}

/// As if it had been given as a flag.
void Flags::give_verb(const Key& key) {
  CLI::Option* const option = verb_.get_option("--" + key.name);
  try {
    option->add_result(key.value);
    option->run_callback();
  } catch (const CLI::ParseError& error) {
    refuse(key, error.what());
  }
}

std::map<std::string, std::string> Flags::apply(const std::string& task,
                                                const std::map<std::string, std::string>& stored) {
  if (!is_read_) read();
  std::map<std::string, std::string> changed;
  for (const OptionSet& set : sets_) {
    if (set.task != task) continue;
    for (const Option& one : set.options) {
      const auto value = stored.find(one.name);
      if (value == stored.end() || !given(one.name).empty() || one.get() == value->second) continue;
      one.set(value->second);
      changed.insert(*value);
    }
  }
  apply_config(task);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!flags_[i]->results().empty()) option(names_[i], task).set(flags_[i]->results().back());
  }
  return changed;
}

void Flags::apply_config(const std::string& task) {
  for (const Key& key : keys_) {
    const bool is_known = std::ranges::count(names_, key.name) > 0;
    CLI::Option* const flag = verb_.get_option_no_throw("--" + key.name);
    if (!is_known && flag != nullptr && std::ranges::count(flags_, flag) == 0)
      refuse(key, fmt::format("{:?} is given as a flag alone", key.name));
    if (!is_known) refuse(key, fmt::format("unknown option {:?}{}", key.name, hint(nearest_name(key.name, names_))));
    try {
      option(key.name, task).set(key.value);
    } catch (const ArgumentError& error) {
      refuse(key, error.what());
    }
  }
}

void Flags::refuse(const Key& key, const std::string& why) const {
  throw ArgumentError(fmt::format("{}: line {}: {}", config_, key.line, why));
}

void refuse_extras(const CLI::App& verb) {
  std::vector<std::string> extras = verb.remaining();
  const auto end_of_options = std::ranges::find(extras, "--");
  if (end_of_options != extras.end()) extras.erase(end_of_options);
  if (extras.empty()) return;
  const std::string wrong = extras.front().substr(0, extras.front().find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const bool is_option = wrong.starts_with("-") && wrong != "-";
  const bool is_output = wrong == "-o" && (verb.get_name() == "extract" || verb.get_name() == "evaluate");
  throw ArgumentError(fmt::format("unknown {} {:?}{}", is_option ? "option" : "argument", wrong,
                                  is_output ? "; answers go to standard output" : hint(nearest_name(wrong, names))));
}

void show_usage(CLI::App& verb, const std::string& arguments, std::function<void()> before) {
  verb.formatter(std::make_shared<Help>(arguments, std::move(before)));
}

CLI::Option* add_choice(CLI::App& verb, const std::string& flag, std::string& value,
                        const std::vector<std::string>& choices, const std::string& help) {
  const std::string values =
      fmt::format("{} or {}", fmt::join(choices.begin(), choices.end() - 1, ", "), choices.back());
  const auto problem = [choices, values](const std::string& given) {
    return std::ranges::count(choices, given) > 0 ? "" : expected(values, given);
  };
  return verb.add_option(flag, value, help)->check(problem, "")->type_name(values)->capture_default_str();
}

CLI::Option* add_number(CLI::App& verb, const std::string& flag, double& value, const std::string& values,
                        const std::function<bool(double)>& is_good, const std::string& help) {
  const auto problem = [values, is_good](const std::string& given) {
    double number = 0;
    return CLI::detail::lexical_cast(given, number) && is_good(number) ? "" : expected(values, given);
  };
  return verb.add_option(flag, value, help)->check(problem, "")->type_name(values)->capture_default_str();
}

CLI::Option* add_count(CLI::App& verb, const std::string& flag, std::int64_t& value, std::int64_t most,
                       const std::string& help) {
  const std::string values = fmt::format("an integer in 0 ... {}", most);
  const auto problem = [most, values](const std::string& given) {
    std::int64_t number = 0;
    const bool is_good = CLI::detail::lexical_cast(given, number) && number >= 0 && number <= most;
    return is_good ? "" : expected(values, given);
  };
  return verb.add_option(flag, value, help)->check(problem, "")->type_name(values)->default_str("0");
}

CLI::Option* add_threads(CLI::App& verb, std::int64_t& threads) {
  return add_count(verb, "--threads", threads, 1024, "threads to use; 0: all cores that the process may use");
}

}  // namespace recura::cli
