#include "evaluation/projection.hpp"

#include <algorithm>
#include <cmath>

#include "evaluation/toeplitz.hpp"
#include "nmfsep/core/random.hpp"

namespace nmfsep {
namespace {

/// A channel counts as a combination of others when it leaves less than this of its energy
/// unexplained without any delay: rounding, be it of floats, is no direction of its own.
constexpr double dependent_energy = 1e-13;

constexpr double first_ridge = 1e-13;   ///< of a channel's energy, in the preconditioner only
constexpr double largest_ridge = 1e-3;  ///< T is positive semidefinite, so one below suffices
constexpr int largest_iterations = 200;

/// The audible channels that no earlier ones combine to: Cholesky factorisation without delays.
std::vector<Index> independent_channels(const Correlations& correlations,
                                        std::span<const Index> channels) {
  std::vector<Index> chosen;
  std::vector<Eigen::VectorXd> rows;  // of the factor, one a chosen channel
  for (const Index channel : channels) {
    const double energy = correlations.energy(channel);
    if (energy <= 0.0) continue;
    Eigen::VectorXd row(static_cast<Index>(chosen.size()) + 1);
    double rest = 1.0;
    for (std::size_t m = 0; m < chosen.size(); ++m) {
      const auto n = static_cast<Index>(m);
      const double product = correlations.gram(0, channel * correlations.references + chosen[m]) /
                             std::sqrt(energy * correlations.energy(chosen[m]));
      row[n] = (product - row.head(n).dot(rows[m].head(n))) / rows[m][n];
      rest -= row[n] * row[n];
    }
    if (rest < dependent_energy) continue;
    row[row.size() - 1] = std::sqrt(rest);
    rows.push_back(row);
    chosen.push_back(channel);
  }
  return chosen;
}

Index audible_count(const Correlations& correlations, std::span<const Index> channels) {
  return std::count_if(channels.begin(), channels.end(),
                       [&](Index channel) { return correlations.energy(channel) > 0.0; });
}

/// Scales references to unit energy, so that quiet ones count like loud ones. Returns the scales.
Eigen::VectorXd normalise(Correlations& equations) {
  const Index count = equations.references;
  Eigen::VectorXd scale(count);
  for (Index i = 0; i < count; ++i) scale[i] = 1.0 / std::sqrt(equations.energy(i));
  for (Index i = 0; i < count; ++i) {
    for (Index j = 0; j < count; ++j) equations.gram.col(i * count + j) *= scale[i] * scale[j];
    for (Index q = 0; q < equations.estimates; ++q) equations.cross.col(q * count + i) *= scale[i];
  }
  return scale;
}

/// Sums of a·b over the columns of each right side.
Eigen::ArrayXd products(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, Index channels) {
  const Eigen::VectorXd by_column = a.cwiseProduct(b).colwise().sum();
  return by_column.reshaped(channels, by_column.size() / channels).colwise().sum().transpose();
}

/// x += the right sides' own multiples of their columns of `direction`.
void add_scaled(Eigen::MatrixXd& x, const Eigen::ArrayXd& scale, const Eigen::MatrixXd& direction,
                Index channels) {
  for (Index column = 0; column < x.cols(); ++column)
    x.col(column) += scale[column / channels] * direction.col(column);
}

/// Conjugate gradients (Hestenes and Stiefel, 1952), preconditioned by a nearby inverse. r'z is
/// the squared error of the projection, so it says when to stop.
Eigen::MatrixXd conjugate_gradients(const BlockToeplitz& matrix, const BlockToeplitzInverse& near,
                                    const Eigen::MatrixXd& right_side, Index channels) {
  constexpr double tolerance = 1e-28;
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(right_side.rows(), right_side.cols());
  Eigen::MatrixXd residual = right_side;
  Eigen::MatrixXd z = near * residual;
  Eigen::MatrixXd direction = z;
  Eigen::ArrayXd error = products(residual, z, channels);
  const Eigen::ArrayXd target = tolerance * error;
  for (int iteration = 0; iteration < largest_iterations; ++iteration) {
    const Eigen::MatrixXd image = matrix * direction;
    const Eigen::ArrayXd curvature = products(direction, image, channels);
    const Eigen::Array<bool, Eigen::Dynamic, 1> active = error > target && curvature > 0.0;
    if (!active.any()) break;
    const Eigen::ArrayXd step = active.select(error / curvature, 0.0);
    add_scaled(x, step, direction, channels);
    add_scaled(residual, -step, image, channels);
    z = near * residual;
    const Eigen::ArrayXd next = products(residual, z, channels);
    const Eigen::ArrayXd momentum = active.select(next / error, 0.0);
    error = next;
    Eigen::MatrixXd following = z;
    add_scaled(following, momentum, direction, channels);
    direction = following;
  }
  return x;
}

/// The largest eigenvalue of a positive semidefinite operator, by power iteration: right to a few
/// per cent, which does for a figure that spans twenty decades.
template <typename Operator>
double largest_eigenvalue(const Operator& matrix, Index taps, Index channels) {
  constexpr int iterations = 20;
  Random random(0);
  Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(
      taps, channels, [&] { return static_cast<double>(random.uniform()) - 0.5; });
  double norm = 0.0;
  for (int i = 0; i < iterations; ++i) {
    x = matrix * (x / x.norm()).eval();
    norm = x.norm();
  }
  return norm;
}

Predictors stable_predictors(const Eigen::MatrixXd& lags, Index channels) {
  for (double ridge = first_ridge;; ridge *= 100.0) {
    Predictors predictors = levinson(lags, channels, ridge);
    if (predictors.smallest_error > 0.1 * ridge || ridge >= largest_ridge) return predictors;
  }
}

}  // namespace

Projection project(const Correlations& correlations, std::span<const Index> channels,
                   std::span<const Index> estimates) {
  Projection result;
  result.channels = independent_channels(correlations, channels);
  const auto count = static_cast<Index>(result.channels.size());
  result.dependent_channels = audible_count(correlations, channels) - count;
  result.filters.resize(correlations.taps(), 0);
  if (count == 0) return result;
  Correlations equations = correlations.restricted_to(result.channels, estimates);
  const Eigen::VectorXd scale = normalise(equations);
  const BlockToeplitz gram(equations.gram, count);
  const BlockToeplitzInverse inverse(stable_predictors(equations.gram, count));
  result.conditioning = 1.0 / (largest_eigenvalue(gram, correlations.taps(), count) *
                               largest_eigenvalue(inverse, correlations.taps(), count));
  result.filters = conjugate_gradients(gram, inverse, equations.cross, count);
  for (Index column = 0; column < result.filters.cols(); ++column)
    result.filters.col(column) *= scale[column % count];
  return result;
}

}  // namespace nmfsep
