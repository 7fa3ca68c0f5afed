#include "kernel/simd/code.h"
#include "kernel/simd/vector_v4.h"

#include "kernel/simd/functions.h"

#include "kernel/simd/numbers_widened.h"

#include "kernel/simd/attend.h"
#include "kernel/simd/cells.h"
#include "kernel/simd/elementwise.h"
#include "kernel/simd/product.h"
#include "kernel/simd/sru_cells.h"

namespace recura::kernel::simd {

extern const Code kV4 = {
    "v4",         product,      kTileBlocks,       kMultipliesNarrow, false,          narrow,       narrow_pairs,
    rnn_forward,  lstm_forward, gru_forward,       rnn_backward,      lstm_backward,  gru_backward, sru_forward,
    sru_backward, activate,     activate_backward, exp_all,           log_all,        softmax,      dropout,
    sgd_step,     adam_step,    move_average,      sum_of_squares,    skip_gram_step, attend,       attend_backward};

}  // namespace recura::kernel::simd
