#pragma once

#include <recura/options.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace recura::cli {

/// Makes flags and configuration keys of options described in the library. Flags override the file, wherever they
/// stand.
class Flags {
 public:
  Flags(CLI::App& verb, std::vector<Option> options);

  /// Sets the options from the file (if one is named), then from the flags that were given.
  /// @throws ArgumentError  for an unknown key (names the nearest), a wrong value, or what `verb` could not use.
  /// @throws SystemError    if the file cannot be read.
  void apply();

  /// The file of options; empty if none is named.
  const std::string& config() const { return config_; }

 private:
  void add(const Option& option);
  void apply_config();

  CLI::App& verb_;
  std::vector<Option> options_;
  std::vector<CLI::Option*> flags_;  // at their options' places
  std::string config_;
};

/// "; did you mean NEAREST?", or nothing if there is none.
std::string hint(const std::string& nearest);

/// Throws for the first argument that no option took; names the nearest one.
void refuse_extras(const CLI::App& verb);

/// The help's line of usage shows these arguments: "MODEL [FILE...]".
void show_usage(CLI::App& verb, const std::string& arguments);

/// A flag of a whole number in 0 … `most`, 0 without it.
CLI::Option* add_count(CLI::App& verb, const std::string& flag, std::int64_t& value, std::int64_t most,
                       const std::string& help);
CLI::Option* add_threads(CLI::App& verb, std::int64_t& threads);

}  // namespace recura::cli
