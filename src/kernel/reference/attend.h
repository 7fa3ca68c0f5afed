#pragma once

#include "kernel/attention_query.h"

namespace recura::kernel::reference {

void attend(const AttentionQuery& query, real* a, real* c);
void attend_backward(const AttentionQuery& query, const AttentionQueryGradients& gradients);

}  // namespace recura::kernel::reference
