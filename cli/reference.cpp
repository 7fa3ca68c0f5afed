#include <fmt/format.h>
#include <recura/options.h>

#include "terminal.h"
#include "verbs.h"

namespace recura::cli {

Verb add_reference(CLI::App&) {
  return [] {
    Output out;
    out.write(
        "# Options of `recura train`\n\nAs a flag `--name value` (a switch: `--name` or `--no-name`), or as `name = "
        "value` in the TOML file of `--config`;\n"
        "flags go before the file. `evaluate` and `extract` take those of the group Input. This page is what `recura "
        "reference` prints.\n");
    TrainOptions options;
    std::string group;
    for (const Option& option : describe(options)) {
      if (option.group != group)
        out.write(fmt::format("\n## {}\n\n| option | value | default | meaning |\n|---|---|---|---|\n", option.group));
      group = option.group;
      out.write(fmt::format("| `{}` | {} | {} | {} |\n", option.name, option.values,
                            option.get().empty() ? "none" : option.get(), option.help));
    }
    out.flush();
    return 0;
  };
}

}  // namespace recura::cli
