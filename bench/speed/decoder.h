#pragma once

#include "grad/attention_op.h"
#include "grad/ops.h"
#include "layer/layers.h"
#include "layer/recurrent.h"
#include "speed/timing.h"

namespace recura::bench {

/// W4: a step of a GRU of 256 units that attends to 25 states, for 32 texts side by side.
///
///     c = attention(h W + b)      h' = gru([x c], h)
class Decoder : public Module {
 public:
  Decoder()
      : query_(kDecoder, kDecoder, kernel::Activation::linear, nullptr),
        gru_({{.cell = kernel::Cell::gru, .input = 2 * kDecoder, .hidden = kDecoder}, false}, nullptr) {
    add_part("query", query_);
    v_ = &add_parameter("v", Tensor({kDecoder}));
    add_part("gru", gru_);
  }

  /// What was read: keys and states [N, 256]; the word before and the state, [B, 256].
  Var step(Var keys, Var states, Var x, Var h, const AttentionPairsPtr& pairs, const PackingPtr& packing) const {
    const Attended attended = additive_attention(pairs, query_(h), keys, h.tape().parameter(*v_), states);
    const RecurrentState before{h, {}};
    return gru_({concat_columns(std::array{x, attended.context}), packing}, {&before, 1}).states.rows;
  }

 private:
  Dense query_;
  Recurrent gru_;
  Parameter* v_;
};

inline Tensor random_rows(std::uint64_t stream, Index rows) {
  Tensor result = Tensor::uninitialised({rows, kDecoder});
  std::uint64_t index = 0;
  for (real& value : result.values()) value = random_number(stream, index++);
  return result;
}

inline void write_words(const Arguments& arguments, const std::string& workload) {
  if (!arguments.wants(workload)) return;
  Decoder decoder;
  fill(decoder);
  decoder.round_to(precision());
  const auto packing = std::make_shared<const Packing>(std::vector<Index>(kWritten, 1));
  const auto read = std::make_shared<const Packing>(std::vector<Index>(kWritten, kSource));
  const auto pairs = std::make_shared<const kernel::AttentionPairs>(packing, read);
  // Parameters, which a tape does not copy, as in the search of a writer.
  const Parameter keys("keys", random_rows(kKeyStream, read->rows())),
      states("states", random_rows(kStateStream, read->rows()));
  const Tensor x = random_rows(kInputStream, kWritten), h = random_rows(kBeforeStream, kWritten);
  time_inference(arguments, workload, [&](Tape& tape) {
    const Var after =
        decoder.step(tape.parameter(keys), tape.parameter(states), tape.constant(x), tape.constant(h), pairs, packing);
    const auto values = after.value().values();
    return std::vector<float>(values.end() - kDecoder, values.end());
  });
}

}  // namespace recura::bench
