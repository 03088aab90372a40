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

/// The step of Levinson's recursion: f -= b x and, with the f from before, b -= f y, for the first
/// `rows` rows. `x` and `y` are square. Works on whole vector registers: up to `row_padding` rows
/// more are read and written.
void exchange(Panel f, Panel b, const Eigen::MatrixXd& x, const Eigen::MatrixXd& y, Index rows);

/// aᵀ b over the first `rows` rows, `columns` × `columns`. Up to `row_padding` rows more are read,
/// which must be zero in `b` and finite in `a`.
Eigen::MatrixXd inner(Panel a, Panel b, Index columns, Index rows);

/// A filter that steps through its input by `down` / `up` samples an output: output m is the
/// product of column (m · down) mod up of `taps` with the input from sample ⌊m · down / up⌋ on.
struct Polyphase {
  const Eigen::MatrixXd& taps;  ///< rows: a multiple of row_padding
  Index up;
  Index down;
};

/// Outputs first to last - 1.
void resample(const Polyphase& filter, const double* input, Index first, Index last,
              double* output);

inline constexpr Index row_padding = 16;  ///< doubles in two of the widest registers

}  // namespace nmfsep::kernels
