#pragma once

#include <recura/options.h>

#include <string>
#include <vector>

namespace recura::cli {

/// @throws ArgumentError  if `output`, which `flag` names, and `input` are one regular file, there or still to come. An
/// empty name is no file.
void refuse_overwriting(const std::string& verb, const std::string& output, const std::string& flag,
                        const std::string& input, const std::string& what);

/// A file that is read, and what it is called.
struct Input {
  std::string path, what;
};

/// All that a training reads: its data, the file of options, and what options name.
std::vector<Input> inputs_of(const std::vector<std::string>& data, const std::string& config,
                             const std::vector<Option>& options);

/// Finds what is missing before the first file is read.
/// @throws SystemError    if a file may not be read.
/// @throws ArgumentError  if standard input ("-"), which ends once, is named twice.
void check_readable(const std::string& verb, const std::vector<std::string>& files);

/// The same for texts whose answers go to standard output.
/// @throws SystemError    if one is a folder, too.
/// @throws ArgumentError  if standard output is one of them: answers would be read as texts, without an end.
void check_answered(const std::string& verb, const std::vector<std::string>& files);

/// The name of a model trained on these data: of "data/reviews.csv.gz" "data/reviews.recura".
/// @throws ArgumentError  for standard input and other pipes.
std::string default_model(const std::string& verb, std::string data);

}  // namespace recura::cli
