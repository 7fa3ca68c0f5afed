#pragma once

#include <recura/classifier.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace recura::cli {

/// A verb adds its arguments to `app` and gives what runs it, with the exit code as result.
using Verb = std::function<int()>;

Verb add_train(CLI::App& app);
Verb add_evaluate(CLI::App& app);
Verb add_extract(CLI::App& app);
Verb add_inspect(CLI::App& app);
Verb add_benchmark(CLI::App& app);
Verb add_export(CLI::App& app);
Verb add_convert(CLI::App& app);
Verb add_vectors(CLI::App& app);
Verb add_tune(CLI::App& app);
/// Prints docs/reference.md.
Verb add_reference(CLI::App& app);

/// "weights: int8, dev accuracy 0.8912 (float32 0.8920), …": a line about rounded weights.
std::string words_of(const PrecisionReport& report);

constexpr int kInterrupted = 130;

}  // namespace recura::cli
