#include "evaluation/projection/toeplitz.hpp"

#include <Eigen/Cholesky>

#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

Eigen::MatrixXd noise(Random& random, Index rows, Index columns) {
  return Eigen::MatrixXd::NullaryExpr(rows, columns,
                                      [&] { return static_cast<double>(random.uniform()) - 0.5; });
}

/// Row τ, column i·K + j: Σ_t r_i(t) r_j(t+τ) of random signals.
Eigen::MatrixXd random_lags(Random& random, Index taps, Index channels) {
  const Index samples = 3 * taps * channels;
  const Eigen::MatrixXd signals = noise(random, samples, channels);
  Eigen::MatrixXd lags(taps, channels * channels);
  for (Index lag = 0; lag < taps; ++lag)
    for (Index i = 0; i < channels; ++i)
      for (Index j = 0; j < channels; ++j)
        lags(lag, i * channels + j) =
            signals.col(i).head(samples - lag).dot(signals.col(j).tail(samples - lag));
  return lags;
}

/// The whole matrix, with rows and columns as column-major taps × K vectors have them.
Eigen::MatrixXd dense(const Eigen::MatrixXd& lags, Index channels) {
  const Index taps = lags.rows();
  Eigen::MatrixXd matrix(taps * channels, taps * channels);
  for (Index i = 0; i < channels; ++i)
    for (Index j = 0; j < channels; ++j)
      for (Index a = 0; a < taps; ++a)
        for (Index b = 0; b < taps; ++b)
          matrix(i * taps + a, j * taps + b) =
              a >= b ? lags(a - b, i * channels + j) : lags(b - a, j * channels + i);
  return matrix;
}

}  // namespace

TEST_CASE("block Toeplitz products and inverses equal dense ones on random problems") {
  Random random(0);
  for (int problem = 0; problem < 100; ++problem) {
    const auto taps = static_cast<Index>(1 + random.below(24));
    const auto channels = static_cast<Index>(1 + random.below(7));
    const Eigen::MatrixXd lags = random_lags(random, taps, channels);
    const Eigen::MatrixXd matrix = dense(lags, channels);
    CHECK(BlockToeplitz(lags, channels).dense() == matrix);
    const Eigen::MatrixXd x = noise(random, taps, 2 * channels);
    const Eigen::MatrixXd columns = x.reshaped(taps * channels, 2);

    const Eigen::MatrixXd product = BlockToeplitz(lags, channels) * x;
    const Eigen::MatrixXd expected = matrix * columns;
    CHECK((product.reshaped(taps * channels, 2) - expected).norm() < 1e-12 * expected.norm());

    const BlockToeplitzInverse inverse(nmfsep::levinson(lags, channels, 0.0));
    const Eigen::MatrixXd solved = inverse * x;
    const Eigen::MatrixXd solution = matrix.llt().solve(columns);
    CHECK((solved.reshaped(taps * channels, 2) - solution).norm() < 1e-9 * solution.norm());
  }
}

TEST_CASE("predictors solve the equations that define them") {
  Random random(1);
  const Index taps = 9;
  const Index channels = 3;
  const Eigen::MatrixXd lags = random_lags(random, taps, channels);
  const nmfsep::Predictors predictors = nmfsep::levinson(lags, channels, 0.0);
  CHECK(predictors.forward.topRows(channels).isIdentity());
  CHECK(predictors.backward.bottomRows(channels).isIdentity());
  CHECK(predictors.smallest_error > 0.0);
  CHECK(predictors.smallest_error < lags.row(0).maxCoeff());
}
