#include "task/take_rows.h"

#include <algorithm>

#include "base/error.h"

namespace recura {

void take_first_rows(const Parameter& from, Index rows, Parameter& to) {
  const Index columns = from.value().shape().columns();
  if (columns != to.value().shape().columns() || rows * columns > to.value().size()) refuse_weight(from, to);
  std::copy_n(from.value().data(), rows * columns, to.change().data());
}

void refuse_weight(const Parameter& from, const Parameter& to) {
  throw ArgumentError("the weight {} is {}, that of the model to begin with {}", to.name(),
                      to_string(to.value().shape()), to_string(from.value().shape()));
}

}  // namespace recura
