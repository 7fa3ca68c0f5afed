#include "task/classify/answer/stream_reader.h"

#include "grad/tape.h"

namespace recura {

void StreamReader::read(std::span<const IdSpan> pieces, Executor* executor) {
  Tape tape(Mode::infer, Rng(0), executor);
  const PackedIds packed = pack(pieces);
  TextReading reading{.ids = packed.ids, .packing = packed.packing, .memory = &memory_};
  const ConstTensorView logits = network_.forward(tape, reading).value();
  logits_ = Tensor(logits.shape, logits.values());
}

}  // namespace recura
