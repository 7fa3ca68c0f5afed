#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace recura::cli {

/// A verb adds its arguments to `app` and gives what runs it, with the exit code as result.
using Verb = std::function<int()>;

Verb add_train(CLI::App& app);
Verb add_evaluate(CLI::App& app);
Verb add_extract(CLI::App& app);
Verb add_inspect(CLI::App& app);
Verb add_benchmark(CLI::App& app);
/// Prints docs/reference.md.
Verb add_reference(CLI::App& app);

constexpr int kInterrupted = 130;

}  // namespace recura::cli
