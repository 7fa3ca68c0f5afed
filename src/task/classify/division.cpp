#include "task/classify/division.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include "base/error.h"
#include "data/batches.h"
#include "data/rows/source_row.h"
#include "task/precision_recall.h"
#include "text/tokenizer.h"

namespace recura {
namespace {

std::vector<LabelSet> label_sets(const std::vector<std::vector<std::string>>& rows,
                                 const std::vector<std::string>& names) {
  std::vector<LabelSet> sets;
  sets.reserve(rows.size());
  for (const auto& row : rows) sets.push_back(label_set(row, names));
  return sets;
}

/// Of each row its rarest label; -1 where there is none.
std::vector<std::int32_t> rarest(const std::vector<LabelSet>& rows, std::size_t labels) {
  std::vector<std::int64_t> counts(labels);
  for (const LabelSet& row : rows) {
    for (const std::int32_t label : row) ++counts[static_cast<std::size_t>(label)];
  }
  const auto count = [&](std::int32_t label) { return counts[static_cast<std::size_t>(label)]; };
  std::vector<std::int32_t> result;
  for (const LabelSet& row : rows) result.push_back(row.empty() ? -1 : *std::ranges::min_element(row, {}, count));
  return result;
}

template <typename T>
std::vector<T> take(std::vector<T>& items, std::span<const Index> rows) {
  std::vector<T> taken;
  taken.reserve(rows.size());
  for (const Index row : rows) taken.push_back(std::move(items[static_cast<std::size_t>(row)]));
  return taken;
}

/// The different texts between the signs.
std::set<std::string_view> split_at(std::string_view name, std::string_view sign) {
  std::set<std::string_view> parts;
  for (bool more = true; more;) {
    const std::size_t end = std::min(name.find(sign), name.size());
    const std::string_view part = trimmed(name.substr(0, end));
    if (!part.empty()) parts.insert(part);
    more = end < name.size();
    name.remove_prefix(more ? end + sign.size() : end);
  }
  return parts;
}

/// Or a byte of one; "1,500" joins nothing.
bool has_letter(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c >= 0x80 || std::isalpha(c) != 0; });
}

std::vector<std::string> names_joined_by(std::string_view sign, const std::vector<std::string>& names) {
  std::map<std::string_view, int> names_with;
  for (const std::string& name : names) {
    for (const std::string_view part : split_at(name, sign)) ++names_with[part];
  }
  std::vector<std::string> joined;
  std::ranges::copy_if(names, std::back_inserter(joined), [&](const std::string& name) {
    const auto parts = split_at(name, sign);
    return parts.size() > 1 &&
           std::ranges::all_of(parts, [&](std::string_view part) { return names_with[part] > 1 && has_letter(part); });
  });
  return joined;
}

}  // namespace

std::vector<std::string> label_names(const std::vector<std::vector<std::string>>& rows) {
  std::set<std::string_view> names;
  for (const auto& row : rows) names.insert(row.begin(), row.end());
  return {names.begin(), names.end()};
}

std::vector<double> label_weights(const LabelWeights& wanted, const std::vector<std::string>& names,
                                  const std::vector<std::int64_t>& rows_per_label, std::int64_t rows, bool several) {
  if (!wanted.balanced && wanted.given.empty()) return {};
  std::vector<double> weights(names.size(), 1);
  const auto all = static_cast<double>(rows);
  for (std::size_t k = 0; wanted.balanced && k < names.size(); ++k) {
    if (rows_per_label[k] == 0) continue;  // of a model that training goes on from
    const auto with = static_cast<double>(rows_per_label[k]);
    weights[k] = several ? ratio(all - with, with) : ratio(all, static_cast<double>(names.size()) * with);
  }
  for (const auto& [name, weight] : wanted.given) {
    const auto found = std::ranges::lower_bound(names, name);
    if (found == names.end() || *found != name) throw DataError("no row has the label {:?}, which has a weight", name);
    weights[static_cast<std::size_t>(found - names.begin())] = weight;
  }
  return weights;
}

std::vector<std::string> labels_alike(const std::vector<std::string>& names) {
  const Tokenizer tokenizer(TextRule{});
  std::map<std::string, std::vector<std::string>> groups;
  for (const std::string& name : names) {
    std::string form = tokenizer.form(name);
    std::erase(form, ' ');
    groups[form].push_back(name);
  }
  std::vector<std::string> alike;
  for (const auto& [form, group] : groups) {
    if (group.size() > 1) alike.insert(alike.end(), group.begin(), group.end());
  }
  return alike;
}

JoinedLabels labels_joined(const std::vector<std::string>& names) {
  JoinedLabels most;
  for (const char* const sign : {"、", ",", "，", ";", "；"}) {
    std::vector<std::string> joined = names_joined_by(sign, names);
    if (joined.size() > most.names.size()) most = {sign, std::move(joined)};
  }
  return most;
}

LabelSet label_set(const std::vector<std::string>& row, const std::vector<std::string>& names) {
  LabelSet set;
  for (const std::string& label : std::set(row.begin(), row.end())) {
    const auto found = std::ranges::lower_bound(names, label);
    const bool known = found != names.end() && *found == label;
    set.push_back(known ? static_cast<std::int32_t>(found - names.begin()) : kUnseenLabel);
  }
  std::ranges::sort(set);
  return set;
}

Division divide(LabelledData train, std::optional<LabelledData> dev, const std::vector<std::string>& names,
                double dev_share, Rng rng) {
  Division parts;
  auto sets = label_sets(train.labels, names);
  if (dev) {
    parts.train.weights = std::move(train.weights);
    parts.train_texts = std::move(train.texts);
    parts.train.labels = std::move(sets);
    parts.dev_texts = std::move(dev->texts);
    parts.dev.labels = label_sets(dev->labels, names);
    return parts;
  }
  const DevSplit split = split_dev(rarest(sets, names.size()), dev_share, rng);
  parts.dev_texts = take(train.texts, split.dev);
  parts.dev.labels = take(sets, split.dev);
  parts.train_texts = take(train.texts, split.train);
  parts.train.labels = take(sets, split.train);
  if (!train.weights.empty()) parts.train.weights = take(train.weights, split.train);
  return parts;
}

}  // namespace recura
