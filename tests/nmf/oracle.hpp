#pragma once

#include <cmath>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"

// The multiplicative updates as the papers write them: triple loops in double.
namespace nmfsep::test {

using Doubles = Eigen::MatrixXd;

inline Doubles model(const Doubles& W, const Doubles& H) {
  Doubles product = Doubles::Zero(W.rows(), H.cols());
  for (Index f = 0; f < W.rows(); ++f)
    for (Index t = 0; t < H.cols(); ++t)
      for (Index k = 0; k < W.cols(); ++k) product(f, t) += W(f, k) * H(k, t);
  return product;
}

/// Févotte & Idier (2011), equation 3.
inline double divergence(const Doubles& V, const Doubles& WH, double beta) {
  double cost = 0;
  for (Index f = 0; f < V.rows(); ++f)
    for (Index t = 0; t < V.cols(); ++t) {
      const double x = V(f, t);
      const double m = WH(f, t);
      if (beta == 1)
        cost += (x > 0 ? x * std::log(x / m) : 0) - x + m;
      else if (beta == 0)
        cost += x / m - std::log(x / m) - 1;
      else
        cost += (std::pow(x, beta) + (beta - 1) * std::pow(m, beta) -
                 beta * x * std::pow(m, beta - 1)) /
                (beta * (beta - 1));
    }
  return cost;
}

inline double update_exponent(double beta) {
  return beta < 1 ? 1 / (2 - beta) : beta > 2 ? 1 / (beta - 1) : 1;
}

/// Equation 26 there with its exponent: H ← H ⊙ (Wᵀ(V ⊙ M^(β−2)) ⊘ Wᵀ M^(β−1))^γ.
inline void update_activations(const Doubles& V, const Doubles& W, Doubles& H, double beta = 1) {
  const Doubles M = model(W, H);
  for (Index k = 0; k < H.rows(); ++k)
    for (Index t = 0; t < H.cols(); ++t) {
      double numerator = 0;
      double denominator = 0;
      for (Index f = 0; f < V.rows(); ++f) {
        numerator += V(f, t) > 0 ? W(f, k) * V(f, t) * std::pow(M(f, t), beta - 2) : 0;
        denominator += beta == 1 ? W(f, k) : W(f, k) * std::pow(M(f, t), beta - 1);
      }
      if (denominator > 0) H(k, t) *= std::pow(numerator / denominator, update_exponent(beta));
    }
}

/// Updates the columns of W from `first` on, and moves their sums into H.
inline void update_dictionary(const Doubles& V, Doubles& W, Doubles& H, Index first,
                              double beta = 1) {
  Doubles W_transposed = W.transpose();
  update_activations(V.transpose(), H.transpose(), W_transposed, beta);
  for (Index k = first; k < W.cols(); ++k) {
    const double sum = W_transposed.row(k).sum();
    W.col(k) = W_transposed.row(k).transpose() / sum;
    H.row(k) *= sum;
  }
}

inline Matrix random_matrix(Index rows, Index columns, Random& random) {
  Matrix result(rows, columns);
  for (Index t = 0; t < columns; ++t)
    for (Index f = 0; f < rows; ++f) result(f, t) = random.uniform();
  return result;
}

/// Columns that sum to one, a few entries zero.
inline Matrix random_dictionary(Index bins, Index components, Random& random) {
  Matrix W = random_matrix(bins, components, random);
  for (Index k = 0; k < components; ++k) {
    for (Index f = 0; f < bins; ++f)
      if (f != k % bins && random.below(8) == 0) W(f, k) = 0;
    W.col(k) /= W.col(k).sum();
  }
  return W;
}

/// Like a spectrogram: a few shapes, five decades of level, some digital zeros.
inline Matrix random_spectrogram(Index bins, Index frames, Random& random) {
  Matrix V = random_dictionary(bins, 3, random) * random_matrix(3, frames, random);
  for (Index t = 0; t < frames; ++t) {
    V.col(t) *= std::pow(10.0F, -5 * random.uniform());
    for (Index f = 0; f < bins; ++f) V(f, t) *= random.below(10) == 0 ? 0 : random.uniform();
  }
  return V;
}

/// factorize's start: W column by column, then H frame by frame with mean ΣV / (K·T).
inline void literal_start(const Doubles& V, const Matrix& fixed, std::uint64_t seed, Doubles& W,
                          Doubles& H) {
  Random random(seed);
  W.leftCols(fixed.cols()) = fixed.cast<double>();
  for (Index k = fixed.cols(); k < W.cols(); ++k) {
    for (Index f = 0; f < W.rows(); ++f) W(f, k) = random.uniform();
    W.col(k) /= W.col(k).sum();
  }
  const double mean = V.sum() / static_cast<double>(H.size());
  for (Index t = 0; t < H.cols(); ++t)
    for (Index k = 0; k < H.rows(); ++k) H(k, t) = 2 * mean * random.uniform();
}

}  // namespace nmfsep::test
