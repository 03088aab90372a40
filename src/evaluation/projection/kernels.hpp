#pragma once

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep::kernels {

/// Real and imaginary parts apart, so that loops over bins fill vector registers.
struct Bins {
  const double* re;
  const double* im;
};
struct MutableBins {
  double* re;
  double* im;
};

/// sum += a · b over `count` bins.
void add_product(Bins a, Bins b, MutableBins sum, Index count);

/// sum += conj(a) · b over `count` bins.
void add_conjugate_product(Bins a, Bins b, MutableBins sum, Index count);

/// `columns` columns of equal length; column j starts at data + j · stride.
struct Panel {
  double* data;
  Index stride;
};

/// What each of two panels takes of the other; both are square.
struct Exchange {
  const Eigen::MatrixXd& x;
  const Eigen::MatrixXd& y;
};

/// The step of Levinson's recursion: f -= b x and, with the f from before, b -= f y, for the first
/// `rows` rows. Works on whole vector registers: up to `row_padding` rows more are read and
/// written.
void exchange(Panel f, Panel b, const Exchange& weights, Index rows);

/// aᵀ b over the first `rows` rows, `columns` × `columns`. Up to `row_padding` rows more are read,
/// which must be zero in `b` and finite in `a`.
Eigen::MatrixXd inner(Panel a, Panel b, Index columns, Index rows);

/// A signal dealt out in turn: its sample s is at data[(s mod period) · stride + ⌊s / period⌋].
struct Dealt {
  const double* data;
  Index stride;
  Index period;
};

/// result(k, p) = Σ_i taps(p, i) · sample (first + i + k · period), for as many k as `result` has
/// rows, a multiple of row_padding. `taps` and `result` have filter_group filters.
void filter_dealt(const Eigen::MatrixXd& taps, Dealt signal, Index first,
                  Eigen::Ref<Eigen::MatrixXd> result);

inline constexpr Index filter_group = 5;
inline constexpr Index row_padding = 16;  ///< doubles in two of the widest registers

}  // namespace nmfsep::kernels
