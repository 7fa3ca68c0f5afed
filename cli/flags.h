#pragma once

#include <recura/options.h>

#include <CLI/CLI.hpp>
#include <deque>
#include <string>
#include <vector>

namespace recura::cli {

/// Makes flags and configuration keys of options described in the library. Flags go before the file, wherever they
/// stand.
class Flags {
 public:
  Flags(CLI::App& verb, std::vector<Option> options);

  /// Sets the options from the file (if one is named), then from the flags that were given.
  /// @throws ArgumentError  for an unknown key (names the nearest), a wrong value, or what `verb` could not use.
  void apply();

 private:
  struct Given {
    std::size_t option;
    std::string value;
  };

  void add(std::size_t index);
  void apply_config();
  void refuse_unknown() const;

  CLI::App& verb_;
  std::vector<Option> options_;
  std::vector<Given> given_;
  std::string config_;
};

/// Throws for the first argument that no option took; names the nearest one.
void refuse_extras(const CLI::App& verb);

}  // namespace recura::cli
