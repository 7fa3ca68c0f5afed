#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.h"
#include "tensor/tensor.h"

namespace recura::kernel {

/// What some columns of N rows are made of: `slots` vectors side by side in each, each of them a factor times the sum
/// of a bag of a table's rows.
struct Lookup {
  ConstTensorView table;               // [V, D]
  std::span<const std::int32_t> ids;   // in 0 … V-1, of all bags one after the other: row by row, slot by slot
  std::span<const std::int32_t> ends;  // [N slots]: where each bag ends; empty: each has one id
  std::span<const real> factors;       // [N slots]
  Index slots = 1;
  Index column = 0;  // the first of its columns
};

/// Fills the columns of all lookups: y [N, ...].
void look_up(std::span<const Lookup> lookups, TensorView y, Executor& executor);

/// The rows of a table that a lookup touches, and for each the bags where: what `scatter_rows` adds up.
struct TouchedRows {
  std::vector<Index> rows;           // R rows, ascending
  std::vector<Index> starts;         // [R + 1]: where a row's places begin
  std::vector<std::int32_t> places;  // bags, by row and then ascending
};
TouchedRows touched_rows(const Lookup& lookup);

/// dtable row r = the sum of what dy gives to r's places, in their order: dy [N, ...], dtable [R, D]. Each row has one
/// owner.
void scatter_rows(ConstTensorView dy, const Lookup& lookup, const TouchedRows& touched, TensorView dtable,
                  Executor& executor);

}  // namespace recura::kernel
