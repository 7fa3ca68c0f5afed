#include "task/language/start.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

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

void take_vectors(const LanguageModelParts& start, const Parameter& from, const Vocabulary& forms, Parameter& to) {
  const Index columns = from.value().shape().columns();
  if (columns != to.value().shape().columns()) return take_first_rows(from, 0, to);  // which refuses them
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

void take_first_rows(const Parameter& from, Index rows, Parameter& to) {
  const Shape &old = from.value().shape(), &own = to.value().shape();
  const Index size = rows * old.columns();
  if (old.columns() != own.columns() || size > own.size())
    throw ArgumentError("the weight {} is {}, that of the model to begin with {}", to.name(), to_string(own),
                        to_string(old));
  std::copy_n(from.value().data(), size, to.change().data());
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
    if (name == table) take_vectors(start, *find("embedding.table"), forms, *parameter);
    for (const auto& [there, here] : layers) {
      if (!name.starts_with(here)) continue;
      const std::string from = std::string(there).append(name.substr(here.size()));
      take_weight(start.network->spec().cell, *find(from), *parameter);
    }
  }
}

}  // namespace recura
