#include <recura/options.h>

#include <algorithm>
#include <numeric>

#include "api/training.h"

namespace recura {

void describe_input(Describer& to, InputOptions& o) {
  to.group("Input")
      .add("format", o.format, "jsonl, csv, tsv, fasttext or lines", "form of the files; without it, it is detected")
      .add("text-field", o.text_field, "a name",
           "field or column of the text; of title,body both, joined by a line feed")
      .add("label-field", o.label_field, "a name",
           "field or column of the label; or, with an s behind it, of a list of them")
      .add("on-error", o.on_error, {"fail", "skip"}, "at a bad row: stop, or leave it out and report it")
      .add("bad-utf8", o.bad_utf8, {"refuse", "replace"},
           "bytes that are no UTF-8: a bad row, or U+FFFD in their place");
}

namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row.back();
}

std::vector<Option> without_labels(std::vector<Option> options) {
  std::erase_if(options, [](const Option& option) { return option.name == "label-field"; });
  return options;
}

}  // namespace

std::vector<Option> describe(InputOptions& options) {
  Describer describer;
  describe_input(describer, options);
  return describer.take();
}

std::vector<Option> describe_unlabelled(InputOptions& options) { return without_labels(describe(options)); }

std::vector<Option> describe(ExportOptions& options) {
  Describer describer;
  describer.group("Export")
      .add("precision", options.precision, {"float32", "bf16", "int8"}, "numbers that the weights are rounded to")
      .add("dev", options.dev, "a file", "labelled rows to score the model on before and after");
  describe_input(describer, options.input);
  return describer.take();
}

std::vector<Option> describe_unlabelled(ExportOptions& options) { return without_labels(describe(options)); }

std::string nearest_name(const std::string& wrong, const std::vector<std::string>& names) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(2, wrong.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(wrong, name);
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace recura
