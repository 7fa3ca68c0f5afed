#pragma once

#include "kernel/simd/code.h"

// Activations and optimisers, for the one level whose vector_*.h came before.
namespace recura::kernel::simd {
namespace {

/// Calls `body(position, lanes)` for each vector of `count` elements; the last may have fewer lanes than others.
template <typename Body>
inline void for_each_vector(Index count, const Body& body) {
  Index at = 0;
  for (; at + kLanes <= count; at += kLanes) body(at, Index{kLanes});
  if (at < count) body(at, count - at);
}

template <Activation kActivation>
void activate_with(const float* x, float* y, Index count) {
  for_each_vector(
      count, [&](Index at, Index lanes) { store_some(y + at, value(kActivation, load_some(x + at, lanes)), lanes); });
}

void activate(Activation activation, const float* x, float* y, Index count) {
  switch (activation) {
    case Activation::linear:
      return activate_with<Activation::linear>(x, y, count);
    case Activation::sigmoid:
      return activate_with<Activation::sigmoid>(x, y, count);
    case Activation::tanh:
      return activate_with<Activation::tanh>(x, y, count);
    case Activation::relu:
      return activate_with<Activation::relu>(x, y, count);
  }
}

void activate_backward(Activation activation, const float* y, const float* dy, float* dx, Index count) {
  for_each_vector(count, [&](Index at, Index lanes) {
    store_some(dx + at, load_some(dy + at, lanes) * slope(activation, load_some(y + at, lanes)), lanes);
  });
}

void exp_all(const float* x, float* y, Index count) {
  for_each_vector(count, [&](Index at, Index lanes) { store_some(y + at, exp(load_some(x + at, lanes)), lanes); });
}

void log_all(const float* x, float* y, Index count) {
  for_each_vector(count, [&](Index at, Index lanes) { store_some(y + at, log(load_some(x + at, lanes)), lanes); });
}

/// The largest of at least one; of a NaN anything.
inline float largest_of(const float* x, Index count) {
  Floats most = broadcast(x[0]);
  Index at = 0;
  for (; at + kLanes <= count; at += kLanes) most = at_least(load(x + at), most);
  float largest = most[0];
  for (int lane = 1; lane < kLanes; ++lane) largest = largest < most[lane] ? most[lane] : largest;
  for (; at < count; ++at) largest = largest < x[at] ? x[at] : largest;
  return largest;
}

// Sums of probabilities are double, in eight lanes on every level.
constexpr Index kSumLanes = 8;
using Eight = float __attribute__((vector_size(4 * kSumLanes)));
using EightDoubles = double __attribute__((vector_size(8 * kSumLanes)));

inline double sum_of(const float* x, Index count) {
  Eight values;
  EightDoubles sums = {};
  Index at = 0;
  for (; at + kSumLanes <= count; at += kSumLanes) {
    __builtin_memcpy(&values, x + at, sizeof values);
    sums += __builtin_convertvector(values, EightDoubles);
  }
  double sum = 0;
  for (int lane = 0; lane < kSumLanes; ++lane) sum += sums[lane];
  for (; at < count; ++at) sum += static_cast<double>(x[at]);
  return sum;
}

inline void multiply(float* x, Index count, double factor) {
  Eight values;
  Index at = 0;
  for (; at + kSumLanes <= count; at += kSumLanes) {
    __builtin_memcpy(&values, x + at, sizeof values);
    values = __builtin_convertvector(__builtin_convertvector(values, EightDoubles) * factor, Eight);
    __builtin_memcpy(x + at, &values, sizeof values);
  }
  for (; at < count; ++at) x[at] = static_cast<float>(static_cast<double>(x[at]) * factor);
}

void softmax(const float* x, float* p, Index count) {
  if (count == 0) return;
  const Floats largest = broadcast(largest_of(x, count));
  for_each_vector(count,
                  [&](Index at, Index lanes) { store_some(p + at, exp(load_some(x + at, lanes) - largest), lanes); });
  multiply(p, count, 1 / sum_of(p, count));
}

inline Words mix(Words x) {
  x = (x ^ x >> 16) * 0x7FEB352Du;
  x = (x ^ x >> 15) * 0x846CA68Bu;
  return x ^ x >> 16;
}

/// For positions that do not pass a multiple of 2^32.
void dropout_within(const float* x, float* y, Index count, const DropoutMask& mask, unsigned long long first) {
  Words lane = {};
  for (int i = 0; i < kLanes; ++i) lane[i] = static_cast<unsigned>(i);
  const Words low = Words{} + static_cast<unsigned>(mask.key);
  const Words high = Words{} + (static_cast<unsigned>(mask.key >> 32) + static_cast<unsigned>(first >> 32));
  // random / 2^32 >= rate for whole numbers, with the sign turned: no processor here compares unsigned ones.
  const double limit = __builtin_fmin(__builtin_ceil(mask.rate * 0x1p32), 0xFFFFFFFF);
  const Ints least = Ints{} + static_cast<int>(static_cast<unsigned>(limit) ^ 0x80000000u);
  const Floats scale = broadcast(static_cast<float>(1 / (1 - mask.rate)));
  for_each_vector(count, [&](Index at, Index lanes) {
    const Words random =
        mix(mix((lane + static_cast<unsigned>(first + static_cast<unsigned long long>(at))) ^ low) ^ high);
    const Ints stays = reinterpret_cast<Ints>(random ^ 0x80000000u) >= least;
    const Floats scaled = load_some(x + at, lanes) * scale;
    store_some(y + at, from_bits(bits(scaled) & stays), lanes);
  });
}

void dropout(const float* x, float* y, Index count, const DropoutMask& mask, Index first) {
  constexpr Index kWords = Index{1} << 32;
  for (Index done = 0; done < count;) {
    const Index at = first + done, left = kWords - at % kWords, piece = left < count - done ? left : count - done;
    dropout_within(x + done, y + done, piece, mask, static_cast<unsigned long long>(at));
    done += piece;
  }
}

void sgd_step(float* p, const float* g, float* v, Index count, float rate, float momentum) {
  for_each_vector(count, [&](Index at, Index lanes) {
    Floats velocity = load_some(g + at, lanes);
    if (v) {
      velocity = fma(broadcast(momentum), load_some(v + at, lanes), velocity);
      store_some(v + at, velocity, lanes);
    }
    store_some(p + at, fma(broadcast(-rate), velocity, load_some(p + at, lanes)), lanes);
  });
}

void adam_step(float* p, const float* g, float* m, float* v, Index count, const AdamStep& step) {
  const Floats beta1 = broadcast(step.beta1), beta2 = broadcast(step.beta2);
  const Floats rest1 = broadcast(1 - step.beta1), rest2 = broadcast(1 - step.beta2);
  for_each_vector(count, [&](Index at, Index lanes) {
    const Floats gradient = g ? load_some(g + at, lanes) : Floats{};
    const Floats mean = fma(beta1, load_some(m + at, lanes), rest1 * gradient);
    const Floats square = fma(beta2, load_some(v + at, lanes), rest2 * gradient * gradient);
    store_some(m + at, mean, lanes);
    store_some(v + at, square, lanes);
    const Floats change = broadcast(step.rate) * mean / (sqrt(square) + broadcast(step.epsilon));
    store_some(p + at, load_some(p + at, lanes) - change, lanes);
  });
}

void move_average(float* mean, const float* x, Index count, float share) {
  for_each_vector(count, [&](Index at, Index lanes) {
    const Floats before = load_some(mean + at, lanes);
    store_some(mean + at, fma(broadcast(share), load_some(x + at, lanes) - before, before), lanes);
  });
}

double sum_of_squares(const float* x, Index count) {
  using Doubles = double __attribute__((vector_size(8 * kLanes)));
  constexpr int kSums = 4;  // each waits for its own last addition
  Doubles sums[kSums] = {};
  const auto add = [&](Doubles& sum, Floats values) {
    const Doubles wide = __builtin_convertvector(values, Doubles);
    sum += wide * wide;
  };
  Index at = 0;
  for (; at + kSums * kLanes <= count; at += kSums * kLanes) {
#pragma GCC unroll 4
    for (int i = 0; i < kSums; ++i) add(sums[i], load(x + at + i * kLanes));
  }
  for_each_vector(count - at, [&](Index more, Index lanes) { add(sums[0], load_some(x + at + more, lanes)); });
  const Doubles all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double sum = 0;
  for (int lane = 0; lane < kLanes; ++lane) sum += all[lane];
  return sum;
}

/// The sum of all lanes, pairs first.
inline float sum_of(Floats lanes) {
  float sums[kLanes];
  store(sums, lanes);
#pragma GCC unroll 4
  for (int half = kLanes / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
  }
  return sums[0];
}

float dot(const float* x, const float* y, Index count) {
  Floats even = {}, odd = {};
  Index at = 0;
  for (; at + 2 * kLanes <= count; at += 2 * kLanes) {
    even = fma(load(x + at), load(y + at), even);
    odd = fma(load(x + at + kLanes), load(y + at + kLanes), odd);
  }
  for_each_vector(count - at, [&](Index more, Index lanes) {
    even = fma(load_some(x + at + more, lanes), load_some(y + at + more, lanes), even);
  });
  return sum_of(even + odd);
}

/// One sigmoid serves as many rows as a vector has lanes.
void skip_gram_step(const float* x, Index width, const SkipGramRows& rows, float rate, float* dx) {
  for (Index first = 0; first < rows.count; first += kLanes) {
    const Index some = rows.count - first < kLanes ? rows.count - first : kLanes;
    float slopes[kLanes] = {};
    for (Index i = 0; i < some; ++i) slopes[i] = dot(x, rows.rows[first + i], width);
    store(slopes, broadcast(-rate) * value(Activation::sigmoid, load(slopes)));
    if (first == 0) slopes[0] += rate;
    for (Index i = 0; i < some; ++i) {
      float* const row = rows.rows[first + i];
      const Floats slope = broadcast(slopes[i]);
      for_each_vector(width, [&](Index at, Index lanes) {
        const Floats before = load_some(row + at, lanes);
        store_some(dx + at, fma(slope, before, load_some(dx + at, lanes)), lanes);
        store_some(row + at, fma(slope, load_some(x + at, lanes), before), lanes);
      });
    }
  }
}

}  // namespace
}  // namespace recura::kernel::simd
