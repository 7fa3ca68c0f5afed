#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/executor.h"
#include "base/random.h"
#include "grad/gradients.h"
#include "grad/parameter.h"
#include "grad/var.h"

namespace recura {

/// `trace`: as `infer`, but recorded, so that one can ask how a result hangs on watched values; weights get no
/// gradients.
enum class Mode { train, infer, trace };

/// The record of one batch: its values and, when training, how to go back through them.
///
/// Made for one batch and dropped with it; everything it made dies then. It says whether one trains or infers, it
/// brings the threads and the random numbers; layers stay const. On an inferring tape ops record nothing. Not
/// thread-safe: each thread has a tape of its own, over one shared model. Costs 30 ns a node.
class Tape {
 public:
  /// Adds what the gradients of a node's outputs give to those of its inputs.
  using Backward = std::function<void(Gradients&)>;

  /// Without an executor everything runs on the calling thread. `executor` must outlive the tape.
  explicit Tape(Mode mode, Rng rng = Rng(0), Executor* executor = nullptr);
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  bool training() const { return mode_ == Mode::train; }
  /// Whether there is a way back.
  bool recording() const { return mode_ != Mode::infer; }
  /// An independent stream of random numbers for the next op that asks for one.
  Rng next_rng() { return rng_.stream("op", streams_++); }
  Executor& executor() { return *executor_; }

  /// A weight. Its value is not copied and must stay as it is while the tape lives. The same parameter gives the same
  /// Var.
  Var parameter(const Parameter& parameter);
  /// A value that is given; with `watched`, its gradient can be read. Copied.
  Var constant(ConstTensorView value, bool watched = false);
  /// A new value for an op to write: a gradient reaches it if it does one of the inputs.
  Var output(Shape shape, std::initializer_list<Var> inputs);

  /// Memory that lives as long as the tape.
  template <typename T>
  T* allocate(std::size_t count) {
    return arena_.allocate<T>(count);
  }

  /// A copy that does.
  template <typename T>
  std::span<const T> keep(std::span<const T> values) {
    T* const copy = allocate<T>(values.size());
    std::ranges::copy(values, copy);
    return {copy, values.size()};
  }

  /// Whether a gradient is wanted for a value; false for an absent one.
  bool wanted(Var var) const;
  /// Whether a value is that of a parameter, whose gradient may hold some rows only.
  bool is_weight(Var var) const;
  /// Records one node: `backward` runs if one of its outputs got a gradient. Nothing happens when inferring or when no
  /// output is wanted.
  void record(std::initializer_list<Var> outputs, Backward backward);

  /// The gradients of a loss, [] or [1], by every value of the tape.
  /// @throws ArgumentError  if the tape infers, or the loss is not a single number of this tape.
  Gradients backward(Var loss);

  TensorView value(std::size_t index) const { return entries_[index].value; }

 private:
  friend class Var;
  struct Entry {
    TensorView value;
    bool wanted = false;
  };
  struct Node {
    std::vector<std::size_t> outputs;
    Backward backward;
  };

  Var add(TensorView value, bool wanted);

  Mode mode_;
  Rng rng_;
  std::uint64_t streams_ = 0;
  Executor* executor_;
  Arena arena_;
  std::vector<Entry> entries_;
  std::vector<Node> nodes_;
  std::unordered_map<const Parameter*, std::size_t> parameters_;
};

}  // namespace recura
