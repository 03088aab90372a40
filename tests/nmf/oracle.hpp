#pragma once

#include <cmath>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "support/catch.hpp"

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

/// How a factor moves: by the ratio to the power γ(β), or further.
struct LiteralStep {
  explicit LiteralStep(const NmfOptions& options)
      : beta(options.divergence.beta),
        relaxation(options.solver == Solver::multiplicative ? 1
                   : beta > 2                               ? 1.7
                                                            : 1.9) {}

  double operator()(double ratio) const {
    const double q = std::pow(ratio, update_exponent(beta));
    return q > 1 ? 1 + relaxation * (q - 1) : q == 0 ? 0 : 1 / (1 + relaxation * (1 / q - 1));
  }

  double beta;
  double relaxation;
};

/// Equation 26 there with its exponent: H ← H ⊙ (Wᵀ(V ⊙ M^(β−2)) ⊘ Wᵀ M^(β−1))^γ.
inline void update_activations(const Doubles& V, const Doubles& W, Doubles& H,
                               const LiteralStep& step) {
  const double beta = step.beta;
  const Doubles M = model(W, H);
  const Doubles numerator_weights = (V.array() > 0).select(V.array() * M.array().pow(beta - 2), 0);
  const Doubles denominator_weights = M.array().pow(beta - 1);
  for (Index k = 0; k < H.rows(); ++k)
    for (Index t = 0; t < H.cols(); ++t) {
      double numerator = 0;
      double denominator = 0;
      for (Index f = 0; f < V.rows(); ++f) {
        numerator += W(f, k) * numerator_weights(f, t);
        denominator += W(f, k) * denominator_weights(f, t);
      }
      if (denominator > 0) H(k, t) *= step(numerator / denominator);
    }
}

/// Updates the columns of W from `first` on, and moves their sums into H.
inline void update_dictionary(const Doubles& V, Doubles& W, Doubles& H, Index first,
                              const LiteralStep& step) {
  Doubles W_transposed = W.transpose();
  update_activations(V.transpose(), H.transpose(), W_transposed, step);
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

/// infer_activations' start, uniform with each frame's sum, and so many updates.
inline Doubles literal_activations(const Matrix& V, const Matrix& W, const NmfOptions& options) {
  const Doubles Vd = V.cast<double>();
  Doubles H(W.cols(), V.cols());
  H.rowwise() = Vd.colwise().sum() / static_cast<double>(W.cols());
  for (int i = 0; i < options.iterations; ++i)
    update_activations(Vd, W.cast<double>(), H, LiteralStep(options));
  return H;
}

struct LiteralFactors {
  Doubles W, H;
};

/// factorise's start, W column by column, then H frame by frame with mean ΣV / (K·T); and so many
/// alternations.
inline LiteralFactors literal_factors(const Matrix& V, const Matrix& fixed,
                                      const NmfOptions& options) {
  const Doubles Vd = V.cast<double>();
  Doubles W(V.rows(), fixed.cols() + options.components);
  Doubles H(W.cols(), V.cols());
  Random random(options.seed);
  W.leftCols(fixed.cols()) = fixed.cast<double>();
  for (Index k = fixed.cols(); k < W.cols(); ++k) {
    for (Index f = 0; f < W.rows(); ++f) W(f, k) = random.uniform();
    W.col(k) /= W.col(k).sum();
  }
  const double mean = Vd.sum() / static_cast<double>(H.size());
  for (Index t = 0; t < H.cols(); ++t)
    for (Index k = 0; k < H.rows(); ++k) H(k, t) = 2 * mean * random.uniform();
  for (int i = 0; i < options.iterations; ++i) {
    update_dictionary(Vd, W, H, fixed.cols(), LiteralStep(options));
    update_activations(Vd, W, H, LiteralStep(options));
  }
  return {W, H};
}

/// The largest difference from what is expected, relative to the largest entry.
inline double difference(const Doubles& actual, const Doubles& expected) {
  return (actual - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
}

/// How far rounding in float may move the cost of V explained by R: what a relative change of 1e-6
/// in every entry of R does to the first order, Σ |R^β − V R^(β − 1)|, plus 1e-9 of V. Where the
/// fit is nearly exact this is more than 1e-5 of the cost.
inline double cost_margin(const Matrix& V, const Doubles& R, double beta) {
  double change = 0;
  for (Index t = 0; t < R.cols(); ++t)
    for (Index f = 0; f < R.rows(); ++f)
      if (R(f, t) > 0) change += std::abs(R(f, t) - V(f, t)) * std::pow(R(f, t), beta - 1);
  return 1e-6 * change + 1e-9 * static_cast<double>(V.sum());
}

/// infer_activations against the oracle: W·H within 1e-4 of each frame's peak, the cost within
/// 1e-5 or what rounding may do.
inline void expect_literal_activations(const Activations& found, const Matrix& V, const Matrix& W,
                                       const NmfOptions& options) {
  const Doubles Wd = W.cast<double>();
  const Doubles expected = model(Wd, literal_activations(V, W, options));
  const Doubles actual = model(Wd, found.H.cast<double>());
  for (Index t = 0; t < V.cols(); ++t)
    REQUIRE((actual.col(t) - expected.col(t)).cwiseAbs().maxCoeff() <=
            1e-4 * expected.col(t).maxCoeff());
  const double cost = divergence(V.cast<double>(), expected, options.divergence.beta);
  REQUIRE(found.report.final_cost() ==
          Approx(cost).epsilon(1e-5).margin(cost_margin(V, expected, options.divergence.beta)));
}

/// factorise against the oracle: W·H within 1e-4 of its peak, the cost within 1e-5 or
/// what rounding may do.
inline void expect_literal_factors(const Factorisation& found, const Matrix& V, const Matrix& fixed,
                                   const NmfOptions& options) {
  const auto [W, H] = literal_factors(V, fixed, options);
  const Doubles expected = model(W, H);
  REQUIRE(difference(model(found.W.cast<double>(), found.H.cast<double>()), expected) < 1e-4);
  const double cost = divergence(V.cast<double>(), expected, options.divergence.beta);
  REQUIRE(found.report.final_cost() ==
          Approx(cost).epsilon(1e-5).margin(cost_margin(V, expected, options.divergence.beta)));
}

}  // namespace nmfsep::test
