#include "task/language/start.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "task/take_rows.h"

namespace recura {
namespace {

/// Of an SRU whose inputs were as wide as its states: it passed them on as they were, here by a fourth product.
void take_sru(const Tensor& from, Tensor& to) {
  const Index three = from.shape().columns();
  for (Index row = 0; row < from.shape().rows(); ++row) {
    std::copy_n(from.row(row), three, to.row(row));
    std::fill_n(to.row(row) + three, three / 3, real{0});
    to.row(row)[three + row] = 1;
  }
}

void take_weight(kernel::Cell cell, const Parameter& from, Parameter& to) {
  const Index columns = from.value().shape().columns(), own = to.value().shape().columns();
  if (cell == kernel::Cell::sru && 4 * columns == 3 * own) return take_sru(from.value(), to.change());
  take_first_rows(from, from.value().size() / columns, to);
}

void take_vectors(const LanguageModelParts& start, const Vocabulary& forms, Parameter& to) {
  const Parameter& from = start.network->table();
  const Index columns = from.value().shape().columns();
  if (columns != to.value().shape().columns()) refuse_weight(from, to);
  const auto take = [&](std::int64_t row, std::int64_t own) {
    std::copy_n(from.value().row(row), columns, to.change().row(own));
  };
  take(Vocabulary::kUnknown, Vocabulary::kUnknown);
  const Vocabulary& old = start.encoder.vocabulary();
  for (const std::string& form : old.forms()) {
    if (forms.id(form) != Vocabulary::kUnknown) take(old.id(form), forms.id(form));
  }
}

}  // namespace

std::vector<std::string> with_forms_of(const LanguageModelParts& start, std::vector<std::string> forms) {
  const Vocabulary known(forms);
  for (std::string& form : start.encoder.vocabulary().forms()) {
    if (known.id(form) == Vocabulary::kUnknown) forms.push_back(std::move(form));
  }
  return forms;
}

void take_over(const LanguageModelParts& start, const Vocabulary& forms, std::string_view table,
               std::initializer_list<TakenLayer> layers, std::span<Parameter* const> own) {
  const auto old = std::as_const(*start.network).parameters();
  const auto find = [&](const std::string& name) {
    const auto found = std::ranges::find(old, name, &Parameter::name);
    if (found == old.end()) throw ArgumentError("the model to begin with has no weight {}", name);
    return *found;
  };
  for (Parameter* const parameter : own) {
    const std::string_view name = parameter->name();
    if (name == table) take_vectors(start, forms, *parameter);
    for (const auto& [there, here] : layers) {
      if (!name.starts_with(here)) continue;
      const std::string from = std::string(there).append(name.substr(here.size()));
      take_weight(start.network->spec().cell, *find(from), *parameter);
    }
  }
}

}  // namespace recura
