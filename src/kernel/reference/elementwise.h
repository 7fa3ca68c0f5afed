#pragma once

#include <span>

#include "kernel/activation.h"
#include "kernel/dropout.h"
#include "kernel/optimise.h"
#include "kernel/skip_gram.h"

// The twins of kernel/activation.h, kernel/dropout.h, kernel/optimise.h and kernel/skip_gram.h.
namespace recura::kernel::reference {

/// f(x), and f'(x) written with y = f(x).
real value(Activation activation, real x);
real slope(Activation activation, real y);

void activate(Activation activation, std::span<const real> x, std::span<real> y);
void activate_backward(Activation activation, std::span<const real> y, std::span<const real> dy, std::span<real> dx);
void exp(std::span<const real> x, std::span<real> y);
void log(std::span<const real> x, std::span<real> y);

void softmax(std::span<const real> x, std::span<real> p);

void dropout(std::span<const real> x, const DropoutMask& mask, Index first, std::span<real> y);

void sgd_step(std::span<real> p, std::span<const real> g, std::span<real> v, real rate, real momentum);
void adam_step(std::span<real> p, std::span<const real> g, std::span<real> m, std::span<real> v, const AdamStep& step);
void adam_step_without_gradient(std::span<real> p, std::span<real> m, std::span<real> v, const AdamStep& step);
void move_average(std::span<real> mean, std::span<const real> x, real share);
double sum_of_squares(std::span<const real> x);

void skip_gram_step(std::span<const real> x, const SkipGramRows& rows, real rate, std::span<real> dx);

}  // namespace recura::kernel::reference
