#include "evaluation/projection/projection.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "evaluation/projection/toeplitz.hpp"
#include "nmfsep/core/random.hpp"

namespace nmfsep {
namespace {

/// A channel may be a combination of others when it leaves less than this of its energy unexplained
/// without any delay: a double does not tell.
constexpr double dependent_energy = 1e-13;

/// Below this smallest over largest eigenvalue, rounding of the Gram matrix to doubles would be
/// seen in SIR and SAR.
constexpr double smallest_conditioning = 1e-12;

/// Whether channel i is channel j times a power of two or its negative, to the bit.
bool is_copy(const Correlations& correlations, Index i, Index j) {
  const auto lags = [&](Index a, Index b) {
    return correlations.gram.col(a * correlations.references + b);
  };
  const double scale = lags(i, j)[0] / correlations.energy(j);
  int exponent = 0;
  return std::abs(std::frexp(scale, &exponent)) == 0.5 &&
         (lags(i, j).array() == scale * lags(j, j).array()).all() &&
         (lags(i, i).array() == scale * scale * lags(j, j).array()).all();
}

/// The audible channels that are no copies of earlier ones; nothing when one may be a combination
/// of them. By Cholesky factorisation without delays.
std::optional<std::vector<Index>> independent_channels(const Correlations& correlations,
                                                       std::span<const Index> channels) {
  std::vector<Index> chosen;
  std::vector<Eigen::VectorXd> rows;  // of the factor, one a chosen channel
  for (const Index channel : channels) {
    const double energy = correlations.energy(channel);
    if (energy <= 0.0) continue;
    const auto copied = [&](Index earlier) { return is_copy(correlations, channel, earlier); };
    if (std::any_of(chosen.begin(), chosen.end(), copied)) continue;
    Eigen::VectorXd row(static_cast<Index>(chosen.size()) + 1);
    double rest = 1.0;
    for (std::size_t m = 0; m < chosen.size(); ++m) {
      const auto n = static_cast<Index>(m);
      const double product = correlations.gram(0, channel * correlations.references + chosen[m]) /
                             std::sqrt(energy * correlations.energy(chosen[m]));
      row[n] = (product - row.head(n).dot(rows[m].head(n))) / rows[m][n];
      rest -= row[n] * row[n];
    }
    if (rest < dependent_energy) return {};
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

/// x ↦ approximately T⁻¹ x.
using Inverse = std::function<Eigen::MatrixXd(const Eigen::MatrixXd&)>;

struct Solution {
  Eigen::MatrixXd x;
  double conditioning = 0.0;
  bool converged = false;
};

/// The equations T x = d of several right sides, with their ways of being solved.
class NormalEquations {
 public:
  explicit NormalEquations(const Correlations& equations)
      : equations_(equations),
        channels_(equations.references),
        matrix_(equations.gram, equations.references) {}

  /// T is positive semidefinite, but for band-limited signals only just: Levinson's recursion then
  /// needs a ridge, which conjugate gradients undo.
  Solution solve() const {
    constexpr double ridge = 1e-13;
    const Predictors predictors = levinson(equations_.gram, channels_, ridge);
    if (!(predictors.smallest_error > 0.1 * ridge)) return {};
    const BlockToeplitzInverse inverse(predictors);
    return conjugate_gradients([&](const auto& x) { return inverse * x; });
  }

 private:
  /// Hestenes and Stiefel (1952), preconditioned by a nearby inverse. r'z is the squared error of
  /// the projection, so it says when to stop. The recursion's own residual drifts from the true
  /// one, which decides whether it converged.
  Solution conjugate_gradients(const Inverse& near) const {
    constexpr int largest_iterations = 100;
    constexpr double smallest_error = 1e-28;
    constexpr double converged_error = 1e-18;
    const Eigen::MatrixXd& side = equations_.cross;
    Eigen::MatrixXd x = Eigen::MatrixXd::Zero(side.rows(), side.cols());
    Eigen::MatrixXd residual = side;
    Eigen::MatrixXd direction = near(residual);
    Eigen::ArrayXd error = products(residual, direction, channels_);
    const Eigen::ArrayXd energy = error;
    for (int iteration = 0; iteration < largest_iterations; ++iteration) {
      const Eigen::MatrixXd image = matrix_ * direction;
      const Eigen::ArrayXd curvature = products(direction, image, channels_);
      const Eigen::Array<bool, Eigen::Dynamic, 1> active =
          error > smallest_error * energy && curvature > 0.0;
      if (!active.any()) break;
      const Eigen::ArrayXd step = active.select(error / curvature, 0.0);
      add_scaled(x, step, direction, channels_);
      add_scaled(residual, -step, image, channels_);
      Eigen::MatrixXd next_direction = near(residual);
      const Eigen::ArrayXd next_error = products(residual, next_direction, channels_);
      add_scaled(next_direction, active.select(next_error / error, 0.0), direction, channels_);
      direction = next_direction;
      error = next_error;
    }
    const Eigen::MatrixXd rest = side - matrix_ * x;
    const Eigen::ArrayXd true_error = products(rest, near(rest), channels_);
    const bool converged = (true_error.abs() <= converged_error * energy).all();
    return {x, conditioning(near), converged};
  }

  double conditioning(const Inverse& near) const {
    return 1.0 / (largest_eigenvalue([&](const auto& x) { return matrix_ * x; }) *
                  largest_eigenvalue(near));
  }

  /// Of a positive semidefinite operator, by power iteration: right to a few per cent, which does
  /// for a figure that spans twenty decades.
  double largest_eigenvalue(const Inverse& apply) const {
    constexpr int iterations = 20;
    Random random(0);
    Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(
        equations_.taps(), channels_, [&] { return static_cast<double>(random.uniform()) - 0.5; });
    double norm = 0.0;
    for (int i = 0; i < iterations; ++i) {
      x = apply(x / x.norm());
      norm = x.norm();
    }
    return norm;
  }

  const Correlations& equations_;
  Index channels_;
  BlockToeplitz matrix_;
};

}  // namespace

void Projection::give_up(Index taps, std::size_t estimates) {
  solved = false;
  conditioning = 0.0;
  filters.setZero(taps, static_cast<Index>(channels.size() * estimates));
}

std::optional<Projection> project(const Correlations& correlations, std::span<const Index> channels,
                                  std::span<const Index> estimates) {
  const auto chosen = independent_channels(correlations, channels);
  if (!chosen) return {};
  Projection result;
  result.channels = *chosen;
  const auto count = static_cast<Index>(result.channels.size());
  result.dependent_channels = audible_count(correlations, channels) - count;
  result.filters.resize(correlations.taps(), 0);
  if (count == 0) return result;
  if (correlations.underdetermined(count)) {
    result.give_up(correlations.taps(), estimates.size());
    return result;
  }
  Correlations equations = correlations.restricted_to(result.channels, estimates);
  const Eigen::VectorXd scale = normalise(equations);
  const Solution solution = NormalEquations(equations).solve();
  if (!solution.converged || solution.conditioning < smallest_conditioning) return {};
  result.conditioning = solution.conditioning;
  result.explained = products(solution.x, equations.cross, count);
  result.filters = solution.x;
  for (Index column = 0; column < result.filters.cols(); ++column)
    result.filters.col(column) *= scale[column % count];
  return result;
}

}  // namespace nmfsep
