#pragma once

#include <recura/options.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace recura::cli {

/// The options of one task, such as "tag"; many tasks share a name.
struct OptionSet {
  std::string task;
  std::vector<Option> options;
};

/// Makes flags and configuration keys of options described in the library. Flags override the file, wherever they
/// stand.
class Flags {
 public:
  Flags(CLI::App& verb, std::vector<Option> options);
  /// A flag of several tasks stands in the help once, with what each takes where they differ.
  Flags(CLI::App& verb, std::vector<OptionSet> sets);

  /// Reads the file, if one is named; `own` are flags of the verb itself that may stand there too.
  /// @throws ArgumentError  for what `verb` could not use, for what is no TOML, and for a wrong value of `own` that no
  /// flag overrides.
  /// @throws SystemError    if the file cannot be read.
  void read(const std::vector<std::string>& own = {});

  /// Sets the options of a task from the file, which it reads unless that was done, then from the flags. Those that
  /// neither names get their value from `stored`, if it has one; gives those that are no longer what they were.
  /// @throws ArgumentError  for an unknown key (names the nearest), a flag or key of other tasks, or a wrong value; and
  ///                        as `read`.
  std::map<std::string, std::string> apply(const std::string& task = "",
                                           const std::map<std::string, std::string>& stored = {});

  /// Has the help say that a model knows the fields and columns of rows.
  void show_fields_of_model();

  /// Leaves in the help what one task takes; without its name, all.
  void show_only(const std::string& task);

  /// What was given as a flag, else in the file; empty if it was not.
  std::string given(const std::string& name) const;
  /// The first option of this group that was given; empty if none was.
  std::string first_given(const std::string& group) const;
  const CLI::App& verb() const { return verb_; }
  /// The file of options; empty if none is named.
  const std::string& config() const { return config_; }

 private:
  /// What stands in the file.
  struct Key {
    std::string name, value;
    std::uint64_t line;
  };
  struct Described {
    const OptionSet* set;
    const Option* option;
  };

  /// What the help says of a flag: as a whole, of its values, and what holds without it.
  struct Words {
    std::string help, values, usual;
  };

  Words words_of(const std::vector<Described>& tasks, bool is_for_one) const;
  void add(const std::vector<Described>& tasks);
  std::vector<Described> described(const std::string& name) const;
  const Option& option(const std::string& name, const std::string& task) const;
  void read_config();
  void give_verb(const Key& key);
  void apply_config(const std::string& task);
  /// @throws ArgumentError  that says where the key stands.
  [[noreturn]] void refuse(const Key& key, const std::string& why) const;

  CLI::App& verb_;
  std::vector<OptionSet> sets_;
  std::vector<std::string> names_;   // of all sets, each once
  std::vector<CLI::Option*> flags_;  // at their names' places
  std::string config_;
  std::vector<Key> keys_;
  bool is_read_ = false;
};

/// Whether an option names a field or column of rows.
bool is_of_rows(const std::string& option);

/// "; did you mean NEAREST?", or nothing if there is none.
std::string hint(const std::string& nearest);

/// Throws for the first argument that no option took; names the nearest one.
void refuse_extras(const CLI::App& verb);

/// The help's line of usage shows these arguments: "MODEL [FILE...]"; `before` is called before the help is made.
void show_usage(CLI::App& verb, const std::string& arguments, std::function<void()> before = nullptr);

/// A flag of one of these words; without it, what `value` holds.
CLI::Option* add_choice(CLI::App& verb, const std::string& flag, std::string& value,
                        const std::vector<std::string>& choices, const std::string& help);

/// A flag of a number that is as `values` says: "a number > 0".
CLI::Option* add_number(CLI::App& verb, const std::string& flag, double& value, const std::string& values,
                        const std::function<bool(double)>& is_good, const std::string& help);

/// A flag of a whole number in 0 … `most`, 0 without it.
CLI::Option* add_count(CLI::App& verb, const std::string& flag, std::int64_t& value, std::int64_t most,
                       const std::string& help);
CLI::Option* add_threads(CLI::App& verb, std::int64_t& threads);

}  // namespace recura::cli
