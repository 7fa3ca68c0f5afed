#include "paths.h"

#include <fmt/format.h>
#include <recura/error.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <sstream>

namespace recura::cli {
namespace {

bool same_file(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(a, error) && fs::exists(b, error)) return fs::is_regular_file(a, error) && fs::equivalent(a, b, error);
  const fs::path path = fs::weakly_canonical(fs::absolute(a), error);
  return !error && path == fs::weakly_canonical(fs::absolute(b), error) && !error;
}

/// The files of "LOC=places.txt,PER=people.txt".
std::vector<Input> files_of_lexicon(const std::string& lexicon) {
  std::vector<Input> files;
  std::istringstream all(lexicon);
  for (std::string one; std::getline(all, one, ',');) files.push_back({one.substr(one.find('=') + 1), "the lexicon"});
  return files;
}

}  // namespace

void refuse_overwriting(const std::string& verb, const std::string& output, const std::string& flag,
                        const std::string& input, const std::string& what) {
  if (output.empty() || input.empty() || !same_file(output, input)) return;
  throw ArgumentError(
      fmt::format("{}: {} {} would overwrite {}, {}; name another file", verb, flag, output, what, input));
}

std::vector<Input> inputs_of(const std::vector<std::string>& data, const std::string& config,
                             const std::vector<Option>& options) {
  const std::map<std::string, std::string> names{{"dev", "the dev rows"},
                                                 {"vectors", "the word vectors"},
                                                 {"from", "the model to begin with"},
                                                 {"segmenter", "the segmenter"},
                                                 {"labels", "the labels"},
                                                 {"dev-labels", "the labels of the dev texts"},
                                                 {"unlabelled", "the texts without a label"}};
  std::vector<Input> inputs{{config, "the configuration"}};
  for (const std::string& one : data) inputs.push_back({one == "-" ? "/dev/stdin" : one, "the training data"});
  for (const Option& option : options) {
    const bool is_input = (option.values == "a file" || option.values == "a model") && option.name != "checkpoint";
    const auto name = names.find(option.name);
    if (is_input) inputs.push_back({option.get(), name != names.end() ? name->second : "the file of --" + option.name});
    if (option.name == "lexicon") std::ranges::move(files_of_lexicon(option.get()), std::back_inserter(inputs));
  }
  return inputs;
}

void check_readable(const std::string& verb, const std::vector<std::string>& files) {
  if (std::ranges::count(files, "-") > 1) throw ArgumentError(verb + ": standard input is named twice");
  for (const std::string& file : files) {
    if (file != "-" && ::access(file.c_str(), R_OK) != 0)
      throw SystemError(fmt::format("{}: cannot be opened: {}", file, std::strerror(errno)));
  }
}

void check_answered(const std::string& verb, const std::vector<std::string>& files) {
  check_readable(verb, files);
  struct stat output{}, input{};
  ::fstat(STDOUT_FILENO, &output);
  for (const std::string& file : files) {
    const std::string name = file == "-" ? "standard input" : file;
    if ((file == "-" ? ::fstat(STDIN_FILENO, &input) : ::stat(file.c_str(), &input)) != 0) continue;
    if (S_ISDIR(input.st_mode)) throw SystemError(name + ": is a folder, expected a file");
    if (S_ISREG(input.st_mode) && input.st_dev == output.st_dev && input.st_ino == output.st_ino)
      throw ArgumentError(
          fmt::format("{}: the answers would be written to {}, which is read; name another file", verb, name));
  }
}

std::string default_model(const std::string& verb, std::string data) {
  std::error_code unknown;
  if (std::filesystem::is_fifo(data, unknown))
    throw ArgumentError(fmt::format("{}: reading the pipe {}, the model needs a name: -o MODEL", verb, data));
  if (data == "-") throw ArgumentError(verb + ": reading standard input, the model needs a name: -o MODEL");
  if (data.ends_with(".gz")) data.resize(data.size() - 3);
  const std::size_t folder = data.find_last_of('/') + 1;  // 0 if there is none
  const std::size_t dot = data.find_last_of('.');
  if (dot != std::string::npos && dot > folder) data.resize(dot);
  return data + ".recura";
}

}  // namespace recura::cli
