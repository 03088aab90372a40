#pragma once

#include <cmath>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"

// Lee & Seung's KL updates as the paper writes them: triple loops in double.
namespace nmfsep::test {

using Doubles = Eigen::MatrixXd;

inline Doubles model(const Doubles& W, const Doubles& H) {
  Doubles product = Doubles::Zero(W.rows(), H.cols());
  for (Index f = 0; f < W.rows(); ++f)
    for (Index t = 0; t < H.cols(); ++t)
      for (Index k = 0; k < W.cols(); ++k) product(f, t) += W(f, k) * H(k, t);
  return product;
}

inline double kl_cost(const Doubles& V, const Doubles& WH) {
  double cost = 0;
  for (Index f = 0; f < V.rows(); ++f)
    for (Index t = 0; t < V.cols(); ++t)
      cost += (V(f, t) > 0 ? V(f, t) * std::log(V(f, t) / WH(f, t)) : 0) - V(f, t) + WH(f, t);
  return cost;
}

inline Doubles ratio(const Doubles& V, const Doubles& WH) {
  Doubles result = Doubles::Zero(V.rows(), V.cols());
  for (Index f = 0; f < V.rows(); ++f)
    for (Index t = 0; t < V.cols(); ++t)
      if (V(f, t) > 0) result(f, t) = V(f, t) / WH(f, t);
  return result;
}

inline void update_activations(const Doubles& V, const Doubles& W, Doubles& H) {
  const Doubles Q = ratio(V, model(W, H));
  for (Index k = 0; k < H.rows(); ++k)
    for (Index t = 0; t < H.cols(); ++t) {
      double numerator = 0;
      double denominator = 0;
      for (Index f = 0; f < V.rows(); ++f) {
        numerator += W(f, k) * Q(f, t);
        denominator += W(f, k);
      }
      H(k, t) *= numerator / denominator;
    }
}

/// Updates the columns of W from `first` on, and moves their sums into H.
inline void update_dictionary(const Doubles& V, Doubles& W, Doubles& H, Index first) {
  const Doubles Q = ratio(V, model(W, H));
  for (Index k = first; k < W.cols(); ++k) {
    double column_sum = 0;
    for (Index f = 0; f < V.rows(); ++f) {
      double numerator = 0;
      double denominator = 0;
      for (Index t = 0; t < V.cols(); ++t) {
        numerator += Q(f, t) * H(k, t);
        denominator += H(k, t);
      }
      W(f, k) *= numerator / denominator;
      column_sum += W(f, k);
    }
    W.col(k) /= column_sum;
    H.row(k) *= column_sum;
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

}  // namespace nmfsep::test
