#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.h"
#include "tensor/tensor.h"

namespace recura::kernel {

/// y row n = table row ids[n]: table [V, D], y [N, D]. Ids are in 0 … V-1.
void gather_rows(ConstTensorView table, std::span<const std::int32_t> ids, TensorView y);

/// y row n = the mean of the table's rows of bag n, zeros if it is empty: ids of all bags one after the other, and
/// where in them each bag ends, [N]; y [N, D].
void mean_of_bags(ConstTensorView table, std::span<const std::int32_t> ids, std::span<const std::int32_t> ends,
                  TensorView y, Executor& executor);

/// The rows of a table that a batch touches, and for each the places where: what `scatter_rows` adds up.
struct TouchedRows {
  std::vector<Index> rows;           // R rows, ascending
  std::vector<Index> starts;         // [R + 1]: where a row's places begin
  std::vector<std::int32_t> places;  // [N]: n, by row and then ascending
};
TouchedRows touched_rows(std::span<const std::int32_t> ids, Index table_rows);

/// The places of `mean_of_bags`: the bag of each id.
TouchedRows touched_rows_of_bags(std::span<const std::int32_t> ids, std::span<const std::int32_t> ends,
                                 Index table_rows);

/// dtable row r = the sum of dy over r's places, in their order: dy [N, D], dtable [R, D]. Each row has one owner.
void scatter_rows(ConstTensorView dy, const TouchedRows& touched, TensorView dtable, Executor& executor);

}  // namespace recura::kernel
