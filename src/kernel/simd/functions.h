#pragma once

// The functions of gates and layers on vectors, for the one level whose vector_*.h came before. Own code, so that the
// bits depend neither on the C library nor on the processor's maker: division is IEEE's.
namespace recura::kernel::simd {
namespace {

using Words = unsigned __attribute__((vector_size(4 * kLanes)));

inline Ints bits(Floats x) { return reinterpret_cast<Ints>(x); }
inline Words words(Floats x) { return reinterpret_cast<Words>(x); }
inline Floats from_bits(Ints x) { return reinterpret_cast<Floats>(x); }

/// 2^y - 1 as `scale` * `fraction` + (`scale` - 1), for |y| <= 126.
struct PowerOfTwo {
  Floats scale;     // 2^n, n the integer next to y
  Floats fraction;  // 2^(y - n) - 1, with a relative error of 1e-7 down to 0

  Floats value() const { return fma(scale, fraction, scale); }
  Floats less_one() const { return fma(scale, fraction, scale - broadcast(1.0f)); }
};

inline PowerOfTwo power_of_two(Floats y) {
  const Floats kRound = broadcast(12582912.0f);  // 1.5 * 2^23: in the sum's last bits stands n
  const Floats sum = y + kRound;
  const Floats r = y - (sum - kRound);
  // Interpolates (2^r - 1) / r in the Chebyshev nodes of [-1/2, 1/2]: relative error 9e-9.
  Floats p = broadcast(1.54532026e-4f);
  p = fma(p, r, broadcast(1.33909099e-3f));
  p = fma(p, r, broadcast(9.61808208e-3f));
  p = fma(p, r, broadcast(5.55035695e-2f));
  p = fma(p, r, broadcast(2.40226507e-1f));
  p = fma(p, r, broadcast(6.93147182e-1f));
  return {from_bits((bits(sum) << 23) + bits(broadcast(1.0f))), p * r};
}

inline Floats clamp(Floats x, float limit) { return at_least(broadcast(-limit), at_most(broadcast(limit), x)); }

/// Absolute error 1e-7.
inline Floats sigmoid(Floats x) {
  const Floats one = broadcast(1.0f);
  return one / (one + power_of_two(clamp(x * broadcast(-1.44269504f), 126.0f)).value());
}

/// (e^2x - 1) / (e^2x + 1): absolute error 2e-7, and relative error of that size near 0.
inline Floats tanh(Floats x) {
  const Floats t = power_of_two(clamp(x * broadcast(2.88539008f), 40.0f)).less_one();
  return t / (t + broadcast(2.0f));
}

/// Relative error 2e-7; infinite above 88.7, denormal below -87.3 (zero in the `FloatingState`).
inline Floats exp(Floats x) {
  x = at_least(broadcast(-104.0f), at_most(broadcast(89.0f), x));
  const Floats kRound = broadcast(12582912.0f);
  const Floats n = fma(x, broadcast(1.44269504f), kRound) - kRound;
  // x - n ln 2 in two pieces: n times the first is exact.
  Floats r = fma(n, broadcast(-0.693359375f), x);
  r = fma(n, broadcast(2.12194440e-4f), r);
  const Floats half = (n * broadcast(0.5f) + kRound) - kRound;
  const Floats value = power_of_two(r * broadcast(1.44269504f)).value();
  return value * power_of_two(half).scale * power_of_two(n - half).scale;
}

/// Relative error 2e-7; -infinity at 0, NaN below.
inline Floats log(Floats x) {
  const Floats tiny = broadcast(1.17549435e-38f);
  const Floats scaled = x < tiny ? x * broadcast(8388608.0f) : x;  // denormal numbers
  const Floats less = x < tiny ? broadcast(23.0f) : Floats{};
  const Ints above = reinterpret_cast<Ints>(words(scaled) - words(broadcast(0.707106769f)));
  const Ints n = above >> 23;
  const Floats m =
      reinterpret_cast<Floats>(words(scaled) - (reinterpret_cast<Words>(n) << 23));  // in [sqrt 1/2, sqrt 2)
  const Floats f = m - broadcast(1.0f);
  // ln m = 2 artanh s with s = f / (2 + f)
  const Floats s = f / (f + broadcast(2.0f)), s2 = s * s;
  Floats p = broadcast(2.0f / 9);
  p = fma(p, s2, broadcast(2.0f / 7));
  p = fma(p, s2, broadcast(2.0f / 5));
  p = fma(p, s2, broadcast(2.0f / 3));
  const Floats exponent = __builtin_convertvector(n, Floats) - less;
  // 2 s = f - s f, so that the leading term is exact
  const Floats tail = fma(p * s2, s, fma(exponent, broadcast(-2.12194440e-4f), -(s * f)));
  const Floats value = fma(exponent, broadcast(0.693359375f), f + tail);
  const Floats infinity = broadcast(__builtin_inff());
  const Floats at_zero = x == Floats{} ? -infinity : broadcast(__builtin_nanf(""));
  // NaN fails both comparisons of the first choice and is kept by the second.
  return x > Floats{} ? (x == infinity ? infinity : value) : (x <= Floats{} ? at_zero : x);
}

inline Floats value(Activation activation, Floats x) {
  switch (activation) {
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::tanh:
      return tanh(x);
    case Activation::relu:
      return at_least(Floats{}, x);
    case Activation::linear:
      break;
  }
  return x;
}

inline Floats sigmoid_slope(Floats y) { return fma(-y, y, y); }
inline Floats tanh_slope(Floats y) { return fma(-y, y, broadcast(1.0f)); }

inline Floats slope(Activation activation, Floats y) {
  switch (activation) {
    case Activation::sigmoid:
      return sigmoid_slope(y);
    case Activation::tanh:
      return tanh_slope(y);
    case Activation::relu:
      return y > Floats{} ? broadcast(1.0f) : Floats{};
    case Activation::linear:
      break;
  }
  return broadcast(1.0f);
}

/// The first `count` lanes of memory, zeros after them; all of them if there are so many.
inline Floats load_some(const float* p, Index count) {
  if (count >= kLanes) return load(p);
  float lanes[kLanes] = {};
  for (Index i = 0; i < count; ++i) lanes[i] = p[i];
  return load(lanes);
}

inline void store_some(float* p, Floats x, Index count) {
  if (count >= kLanes) return store(p, x);
  float lanes[kLanes];
  store(lanes, x);
  for (Index i = 0; i < count; ++i) p[i] = lanes[i];
}

}  // namespace
}  // namespace recura::kernel::simd
