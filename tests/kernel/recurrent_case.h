#pragma once

#include <fmt/ranges.h>

#include "kernel/levels.h"

namespace recura::kernel {

/// One layer on one batch, with everything that goes into its passes.
struct RecurrentCase {
  RecurrentSpec spec;
  std::vector<Index> lengths;
  Values w, u, b, d;
  Index x_stride = 0, h_stride = 0;
  Values x, initial_h, initial_c;          // empty: null
  Values dh, dlast_h, dlast_c, dx_before;  // empty: null
  struct {
    bool dx = true, dinitial_h = true, dinitial_c = true, dw = true, du = true, db = true, dd = true;
  } wanted;
};

/// Everything that comes out of them.
struct RecurrentResult {
  Values h, last_h, last_c;
  Values dx, dinitial_h, dinitial_c, dw, du, db, dd;

  std::vector<std::pair<const char*, const Values*>> named() const {
    return {
        {"h", &h},   {"last_h", &last_h},         {"last_c", &last_c},         {"dw", &dw}, {"du", &du}, {"db", &db},
        {"dd", &dd}, {"dinitial_h", &dinitial_h}, {"dinitial_c", &dinitial_c}, {"dx", &dx}};
  }
};

inline bool has_c(const RecurrentCase& layer) { return has_c(layer.spec.cell); }

/// Batches of up to 9 texts of 0 to 12 steps (now and then one long text), widths on both sides of a block of 16.
inline RecurrentCase random_case(std::mt19937& random) {
  RecurrentCase layer;
  const auto chance = [&](int in) { return random() % static_cast<unsigned>(in) == 0; };
  RecurrentSpec& spec = layer.spec;
  spec.cell = static_cast<Cell>(random() % 4);
  spec.activation = static_cast<Activation>(random() % 4);
  spec.reset_after = !chance(4);
  spec.reverse = chance(2);
  spec.input = random_size(random, 1, chance(3) ? 70 : 20);
  spec.hidden = random_size(random, 1, chance(3) ? 70 : 20);
  if (spec.cell == Cell::sru && chance(2)) spec.input = spec.hidden;
  if (chance(3)) spec.truncate = random_size(random, 1, 5);
  const Index texts = chance(10) ? random_size(random, 20, 40) : random_size(random, 1, 9);
  for (Index text = 0; text < texts; ++text) {
    layer.lengths.push_back(chance(30) ? random_size(random, 100, 150) : random_size(random, 0, 12));
  }
  const Packing packing(layer.lengths);
  const RecurrentShapes shapes = weight_shapes(spec);
  const double scale = 1 / std::sqrt(static_cast<double>(spec.hidden));
  layer.w = random_values(random, shapes.w.size(), scale);
  layer.u = random_values(random, shapes.u.size(), scale);
  layer.b = random_values(random, shapes.b.size());
  if (spec.cell == Cell::gru && spec.reset_after) layer.d = random_values(random, spec.hidden);
  layer.x_stride = spec.input + random_size(random, 0, 20);
  layer.h_stride = spec.hidden + random_size(random, 0, 20);
  layer.x = random_values(random, packing.rows() * layer.x_stride);
  const auto maybe = [&](Index count) { return chance(3) ? Values{} : random_values(random, count); };
  layer.initial_h = maybe(texts * spec.hidden);
  layer.dh = maybe(packing.rows() * layer.h_stride);
  layer.dlast_h = maybe(texts * spec.hidden);
  layer.dx_before = maybe(packing.rows() * layer.x_stride);
  if (has_c(layer)) {
    layer.initial_c = maybe(texts * spec.hidden);
    layer.dlast_c = maybe(texts * spec.hidden);
  }
  return layer;
}

/// Leaves out some of the gradients that go out, now and then.
inline void want_less(std::mt19937& random, RecurrentCase& layer) {
  auto& wanted = layer.wanted;
  for (bool* one :
       {&wanted.dx, &wanted.dinitial_h, &wanted.dinitial_c, &wanted.dw, &wanted.du, &wanted.db, &wanted.dd}) {
    *one = random() % 6 != 0;
  }
  if (!wanted.dx) layer.dx_before = {};
}

/// Runs forward and, if `training`, backward, each in `parts`; with weights that took the place of those of
/// `packed_first`, if there are such.
inline RecurrentResult run(const Level& level, const RecurrentCase& layer, int parts = 1, bool training = true,
                           const RecurrentCase* packed_first = nullptr) {
  const RecurrentSpec& spec = layer.spec;
  const Packing packing(layer.lengths);
  const Index states = packing.texts() * spec.hidden;
  const RecurrentShapes shapes = weight_shapes(spec);
  const auto weights_of = [](const RecurrentCase& from) {
    return RecurrentWeights{pointer(from.w), pointer(from.u), pointer(from.b), pointer(from.d)};
  };
  const auto kernel = level.make_recurrent(spec, weights_of(packed_first ? *packed_first : layer), training);
  if (packed_first) kernel->pack(weights_of(layer));
  const auto space = [](Index count) { return Values(static_cast<std::size_t>(count), real(7)); };
  RecurrentResult result;
  result.h = space(packing.rows() * layer.h_stride);
  result.last_h = space(states);
  if (has_c(layer)) result.last_c = space(states);
  Values saved = space(training ? kernel->saved_size(packing) : 0);
  RecurrentForward forward;
  forward.packing = &packing;
  forward.x = {pointer(layer.x), layer.x_stride};
  forward.initial_h = pointer(layer.initial_h);
  forward.initial_c = pointer(layer.initial_c);
  forward.h = {result.h.data(), layer.h_stride};
  forward.last_h = result.last_h.data();
  forward.last_c = has_c(layer) ? result.last_c.data() : nullptr;
  forward.saved = training ? saved.data() : nullptr;
  for (int part = 0; part < parts; ++part) kernel->forward(forward, part, parts);
  if (!training) return result;

  const auto space_if = [&](bool wanted, Index count) { return wanted ? space(count) : Values{}; };
  const auto data = [](Values& values) { return values.empty() ? nullptr : values.data(); };
  result.dx = layer.dx_before;
  if (result.dx.empty()) result.dx = space_if(layer.wanted.dx, packing.rows() * layer.x_stride);
  result.dinitial_h = space_if(layer.wanted.dinitial_h, states);
  result.dinitial_c = space_if(layer.wanted.dinitial_c && has_c(layer), states);
  result.dw = space_if(layer.wanted.dw, shapes.w.size());
  result.du = space_if(layer.wanted.du, shapes.u.size());
  result.db = space_if(layer.wanted.db, shapes.b.size());
  result.dd = space_if(layer.wanted.dd && !layer.d.empty(), spec.hidden);
  RecurrentBackward backward;
  backward.packing = &packing;
  backward.x = forward.x;
  backward.initial_h = forward.initial_h;
  backward.initial_c = forward.initial_c;
  backward.h = {result.h.data(), layer.h_stride};
  backward.saved = saved.data();
  backward.dh = {pointer(layer.dh), layer.h_stride};
  backward.dlast_h = pointer(layer.dlast_h);
  backward.dlast_c = pointer(layer.dlast_c);
  backward.dx = {data(result.dx), layer.x_stride};
  backward.add_to_dx = !layer.dx_before.empty();
  backward.dinitial_h = data(result.dinitial_h);
  backward.dinitial_c = data(result.dinitial_c);
  backward.dweights = {data(result.dw), data(result.du), data(result.db), data(result.dd)};
  for (const auto stage : {BackwardStage::through_time, BackwardStage::weights, BackwardStage::input}) {
    for (int part = 0; part < parts; ++part) kernel->backward(backward, stage, part, parts);
  }
  return result;
}

/// The case of one text of a batch.
inline RecurrentCase only(const RecurrentCase& batch, Index text) {
  const Packing packing(batch.lengths);
  RecurrentCase alone = batch;
  alone.lengths = {packing.length(text)};
  const auto rows_of = [&](const Values& values, Index stride) {
    Values rows;
    for (Index step = 0; step < packing.length(text) && !values.empty(); ++step) {
      const auto start = values.begin() + packing.row(text, step) * stride;
      rows.insert(rows.end(), start, start + stride);
    }
    return rows;
  };
  const auto state_of = [&](const Values& states) {
    if (states.empty()) return Values{};
    return Values(states.begin() + text * batch.spec.hidden, states.begin() + (text + 1) * batch.spec.hidden);
  };
  alone.x = rows_of(batch.x, batch.x_stride);
  alone.dh = rows_of(batch.dh, batch.h_stride);
  alone.dx_before = rows_of(batch.dx_before, batch.x_stride);
  alone.initial_h = state_of(batch.initial_h);
  alone.initial_c = state_of(batch.initial_c);
  alone.dlast_h = state_of(batch.dlast_h);
  alone.dlast_c = state_of(batch.dlast_c);
  return alone;
}

inline std::string describe(const RecurrentCase& layer) {
  static constexpr const char* kCells[] = {"rnn", "lstm", "gru", "sru"};
  const RecurrentSpec& spec = layer.spec;
  static constexpr const char* kPrecisions[] = {"", " bf16", " int8"};
  return fmt::format("{}{}{}{} D {} H {} activation {} truncate {} lengths {}", kCells[static_cast<int>(spec.cell)],
                     spec.reverse ? " reverse" : "", spec.reset_after ? "" : " reset before",
                     kPrecisions[static_cast<int>(spec.precision)], spec.input, spec.hidden,
                     static_cast<int>(spec.activation), spec.truncate, fmt::join(layer.lengths, " "));
}

}  // namespace recura::kernel
