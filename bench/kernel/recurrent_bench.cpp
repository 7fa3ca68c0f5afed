// The recurrent kernels of every level: FLOP/s, and their share of what the level's registers could do in the same run.

#include <benchmark/benchmark.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "kernel/level.h"
#include "kernel/peak.h"

namespace recura::bench {
namespace {

using kernel::Cell;
using Values = std::vector<real>;

struct Shape {
  const char* name;
  Index input, hidden;
  std::vector<Index> lengths;
};

/// W1: a layer of a classifier of reviews. W2: one direction of a tagger of sentences.
const Shape kShapes[] = {
    {"W1", 128, 128, std::vector<Index>(32, 200)},
    {"W2", 130, 200, {29, 26, 25, 23, 22, 21, 20, 19, 18, 17, 17, 16, 16, 15, 15, 15,
                      14, 14, 14, 13, 13, 12, 12, 11, 11, 10, 10, 9,  9,  8,  7,  5}},
    {"one text", 128, 128, {200}},
};

Values random_values(Index count) {
  static std::mt19937 random(1);
  std::uniform_real_distribution<real> between(-0.1f, 0.1f);
  Values values(static_cast<std::size_t>(count));
  for (real& value : values) value = between(random);
  return values;
}

/// One layer with all that its passes read and write.
struct Layer {
  Layer(const kernel::Level& level, Cell cell, const Shape& shape)
      : packing(shape.lengths),
        hidden(shape.hidden),
        input(shape.input),
        shapes(kernel::weight_shapes({.cell = cell, .input = input, .hidden = hidden})),
        weights{random_values(shapes.w.size()), random_values(shapes.u.size()), random_values(shapes.b.size()),
                random_values(hidden)},
        gradients(weights),
        x(random_values(packing.rows() * input)),
        dh(random_values(packing.rows() * hidden)),
        h(dh.size()),
        dx(x.size()) {
    kernel::RecurrentSpec spec;
    spec.cell = cell;
    spec.input = input;
    spec.hidden = hidden;
    kernel =
        level.make_recurrent(spec, {weights[0].data(), weights[1].data(), weights[2].data(), weights[3].data()}, true);
    saved = Tensor::uninitialised({kernel->saved_size(packing)});
  }

  void forward(bool training) {
    kernel::RecurrentForward pass;
    pass.packing = &packing;
    pass.x = {x.data(), input};
    pass.h = {h.data(), hidden};
    pass.saved = training ? saved.data() : nullptr;
    kernel->forward(pass, 0, 1);
  }

  void backward(kernel::BackwardStage stage) {
    kernel::RecurrentBackward pass;
    pass.packing = &packing;
    pass.x = {x.data(), input};
    pass.h = {h.data(), hidden};
    pass.saved = saved.data();
    pass.dh = {dh.data(), hidden};
    pass.dx = {dx.data(), input};
    pass.dweights = {gradients[0].data(), gradients[1].data(), gradients[2].data(), gradients[3].data()};
    kernel->backward(pass, stage, 0, 1);
  }

  /// Operations of the products alone, once over the rows: by x, by h.
  double by_x() const { return 2.0 * static_cast<double>(packing.rows() * shapes.w.size()); }
  double by_h() const { return 2.0 * static_cast<double>(packing.rows() * shapes.u.size()); }

  Packing packing;
  Index hidden, input;
  kernel::RecurrentShapes shapes;
  std::vector<Values> weights, gradients;
  Values x, dh, h, dx;
  std::unique_ptr<const kernel::RecurrentKernel> kernel;
  Tensor saved;
};

void report(benchmark::State& state, const kernel::Level& level, double flops) {
  static std::map<std::string_view, double> peaks;
  double& peak = peaks[level.name()];
  if (peak == 0) peak = peak_flops(level.name() == "reference" ? "baseline" : level.name());
  const double all = flops * static_cast<double>(state.iterations());
  state.counters["FLOP/s"] = benchmark::Counter(all, benchmark::Counter::kIsRate);
  state.counters["of_peak"] = benchmark::Counter(all / peak, benchmark::Counter::kIsRate);
}

using Work = double (*)(Layer&);  // runs once and returns its operations

double infer(Layer& layer) {
  layer.forward(false);
  return layer.by_x() + layer.by_h();
}

double forward(Layer& layer) {
  layer.forward(true);
  return layer.by_x() + layer.by_h();
}

double through_time(Layer& layer) {
  layer.backward(kernel::BackwardStage::through_time);
  return layer.by_h();
}

double weights(Layer& layer) {
  layer.backward(kernel::BackwardStage::weights);
  return layer.by_x() + layer.by_h();
}

double input(Layer& layer) {
  layer.backward(kernel::BackwardStage::input);
  return layer.by_x();
}

double train(Layer& layer) { return forward(layer) + through_time(layer) + weights(layer) + input(layer); }

void add(const kernel::Level& level, Cell cell, const Shape& shape, const char* work_name, Work work) {
  static constexpr const char* kCells[] = {"rnn", "lstm", "gru", "sru"};
  const std::string name = std::string(level.name()) + "/" + kCells[static_cast<int>(cell)] + "/" + shape.name + "/";
  benchmark::RegisterBenchmark((name + work_name).c_str(), [&level, cell, &shape, work](benchmark::State& state) {
    Layer layer(level, cell, shape);
    layer.forward(true);
    double flops = 0;
    for (auto _ : state) {
      if (work == through_time) {  // it uses up what a forward pass kept
        state.PauseTiming();
        layer.forward(true);
        state.ResumeTiming();
      }
      flops = work(layer);
    }
    report(state, level, flops);
  })->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace recura::bench

int main(int argc, char** argv) {
  using namespace recura::bench;
  for (const recura::kernel::Level* level : recura::kernel::available_levels()) {
    for (const Cell cell : {Cell::lstm, Cell::gru, Cell::rnn, Cell::sru}) {
      for (const Shape& shape : kShapes) {
        add(*level, cell, shape, "infer", infer);
        add(*level, cell, shape, "forward", forward);
        add(*level, cell, shape, "through_time", through_time);
        add(*level, cell, shape, "weights", weights);
        add(*level, cell, shape, "input", input);
        add(*level, cell, shape, "train", train);
      }
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
