#include "task/tag/start.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "task/language/start.h"
#include "task/take_rows.h"

namespace recura {
namespace {

/// Of each of a model's tags or labels, where it stood in what the model goes on with; -1: nowhere.
using Places = std::vector<Index>;

Places places_of_tags(const TagSet& old, const TagSet& own) {
  Places places(static_cast<std::size_t>(own.size()), -1);
  if (own.has_outside()) places[0] = 0;
  for (const std::string& type : old.types()) {
    for (const Index length : {1, 3}) {  // have all parts of a type
      const auto from = old.numbers(type, length), to = own.numbers(type, length);
      for (std::size_t i = 0; i < to.size(); ++i) places[static_cast<std::size_t>(to[i])] = from[i];
    }
  }
  return places;
}

Places places_of_labels(const std::vector<std::string>& old, const std::vector<std::string>& own) {
  Places places;
  for (const std::string& label : own) {
    const auto found = std::ranges::find(old, label);
    places.push_back(found == old.end() ? -1 : found - old.begin());
  }
  return places;
}

/// One row of `from` to one of `to`; what is new becomes the mean of all old ones and `more`, if anything.
void take_row(const real* from, Index columns, const Places& places, const real* more, real* to) {
  const real mean = std::accumulate(from, from + columns, real{0}) / static_cast<real>(columns);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] >= 0) {
      to[i] = from[places[i]];
    } else if (more != nullptr) {
      to[i] = mean + *more;
    }
  }
}

/// A new tag begins e² times as improbable as the old ones are on average: what was found before is found still, and
/// some steps are enough to learn it.
constexpr real kNewBias = -2;

/// The layer that scores tags or labels.
void take_scores(const Parameter& from, const Places& places, Parameter& to) {
  const bool is_bias = from.value().shape().rank() == 1;
  const real more = is_bias ? kNewBias : 0;
  const Index columns = from.value().shape().columns(), rows = from.value().size() / columns;
  for (Index row = 0; row < rows; ++row)
    take_row(from.value().data() + row * columns, columns, places, &more,
             to.change().data() + row * std::ssize(places));
}

/// Of the CRF: begin, end, or transitions.
void take_crf(const Parameter& from, const Places& places, Parameter& to) {
  const Index columns = from.value().shape().columns(), own = std::ssize(places);
  if (from.value().shape().rank() == 1)
    return take_row(from.value().data(), columns, places, nullptr, to.change().data());
  for (std::size_t row = 0; row < places.size(); ++row) {
    if (places[row] >= 0)
      take_row(from.value().row(places[row]), columns, places, nullptr,
               to.change().data() + static_cast<Index>(row) * own);
  }
}

/// All rows of a layer or a table; the last one of the characters stands for what is beyond the ends of a word.
void take_rows(const Parameter& from, Parameter& to) {
  const bool has_edge = from.name() == "characters.table";
  const Shape &old = from.value().shape(), &own = to.value().shape();
  take_first_rows(from, from.value().size() / old.columns() - (has_edge ? 1 : 0), to);
  if (!has_edge) return;
  std::copy_n(from.value().row(old.rows() - 1), old.columns(), to.change().row(own.rows() - 1));
}

}  // namespace

const TextRule& TaggerStart::rule() const {
  return tagger ? tagger->encoder.tokenizer().rule() : language->encoder.tokenizer().rule();
}

const Vocabulary& TaggerStart::words() const {
  return tagger ? tagger->encoder.words() : language->encoder.vocabulary();
}

const std::string& TaggerStart::digest() const { return tagger ? tagger->facts.digest : language->facts.digest; }

TaggerStart read_tagger_start(const std::string& path) {
  const ModelFile file = ModelFile::open(path);
  const std::string* const task = file.find_text("task");
  TaggerStart start;
  if (task != nullptr && (*task == "classify" || *task == "summarise"))
    throw DataError("{}: a tagger begins with a tagger or a language model, this is of the task {}", path, *task);
  if (task == nullptr || *task != kLanguageTask) {
    start.tagger = read_tagger(file);
    return start;
  }
  start.language = read_language_model(file);
  if (start.rule().unit == Unit::subword)
    throw DataError("{}: a tagger reads words or characters, this language model subwords", path);
  return start;
}

void take_over(const LanguageModelParts& start, TaggerModel& model) {
  take_over(start, model.encoder.words(), "word.table", {{"rnn", "rnn"}}, model.network->parameters());
}

void take_over(const TaggerModel& start, TaggerModel& model) {
  const Places tags = places_of_tags(start.tags, model.tags), labels = places_of_labels(start.labels, model.labels);
  const auto old = std::as_const(*start.network).parameters();
  for (Parameter* parameter : model.network->parameters()) {
    const std::string& name = parameter->name();
    const auto found = std::ranges::find(old, name, &Parameter::name);
    if (found == old.end()) continue;  // the layer of labels, of which the start has none
    if (name.starts_with("dense.") || name.starts_with("label.")) {
      take_scores(**found, name.starts_with("dense.") ? tags : labels, *parameter);
    } else if (name.starts_with("crf.")) {
      take_crf(**found, tags, *parameter);
    } else {
      take_rows(**found, *parameter);
    }
  }
}

std::vector<std::string> united(std::vector<std::string> names, const std::vector<std::string>& others) {
  names.insert(names.end(), others.begin(), others.end());
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace recura
