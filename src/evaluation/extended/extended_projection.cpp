#include "evaluation/extended/extended_projection.hpp"

#include <algorithm>
#include <cmath>

#include "evaluation/extended/extended_recursion.hpp"
#include "evaluation/projection/toeplitz.hpp"
#include "nmfsep/core/random.hpp"

namespace nmfsep {
namespace {

/// A channel that leaves less than this of its energy unexplained by others without any delay is a
/// combination of them: a hundred times what the ridge hides.
constexpr double extended_dependent_energy = 100.0 * extended_ridge;

DoubleDouble gram_at_0(const ExtendedCorrelations& correlations, Index i, Index j) {
  const Index column = i * correlations.high.references + j;
  return {correlations.high.gram(0, column), correlations.low.gram(0, column)};
}

/// The audible channels that no earlier ones combine to: Cholesky factorisation without delays.
std::vector<Index> independent_channels(const ExtendedCorrelations& correlations,
                                        std::span<const Index> channels) {
  std::vector<Index> chosen;
  std::vector<std::vector<DoubleDouble>> rows;  // of the factor, one a chosen channel
  for (const Index channel : channels) {
    const DoubleDouble energy = gram_at_0(correlations, channel, channel);
    if (!(energy > 0.0)) continue;
    std::vector<DoubleDouble> row;
    DoubleDouble rest = energy;
    for (std::size_t m = 0; m < chosen.size(); ++m) {
      DoubleDouble entry = gram_at_0(correlations, channel, chosen[m]);
      for (std::size_t l = 0; l < m; ++l) entry -= row[l] * rows[m][l];
      row.push_back(entry / rows[m][m]);
      rest -= row[m] * row[m];
    }
    if (!(rest > energy * extended_dependent_energy)) continue;
    row.push_back(sqrt(rest));
    rows.push_back(row);
    chosen.push_back(channel);
  }
  return chosen;
}

/// Scales by powers of two, which rounds nothing, to energies near 1. Returns the exponents.
std::vector<int> normalise(ExtendedCorrelations& equations) {
  const Index count = equations.high.references;
  std::vector<int> exponents;
  for (Index i = 0; i < count; ++i) exponents.push_back(-std::ilogb(equations.high.energy(i)) / 2);
  const auto scale = [&](Index i) {
    return std::ldexp(1.0, exponents[static_cast<std::size_t>(i)]);
  };
  for (Correlations* part : {&equations.high, &equations.low})
    for (Index i = 0; i < count; ++i) {
      for (Index j = 0; j < count; ++j) part->gram.col(i * count + j) *= scale(i) * scale(j);
      for (Index q = 0; q < part->estimates; ++q) part->cross.col(q * count + i) *= scale(i);
    }
  return exponents;
}

/// Right sides as taps·K × Q, and one more column of noise, which finds the smallest eigenvalue.
ExtendedMatrix right_sides(const ExtendedCorrelations& equations) {
  const Index count = equations.high.references;
  const Index taps = equations.high.taps();
  ExtendedMatrix sides(taps * count, equations.high.estimates + 1);
  for (Index q = 0; q < equations.high.estimates; ++q)
    for (Index i = 0; i < count; ++i)
      for (Index lag = 0; lag < taps; ++lag)
        sides.set(
            lag * count + i, q,
            {equations.high.cross(lag, q * count + i), equations.low.cross(lag, q * count + i)});
  Random random(0);
  for (double& entry : sides.high.rightCols(1).reshaped())
    entry = static_cast<double>(random.uniform()) - 0.5;
  sides.high.rightCols(1).normalize();
  return sides;
}

/// The sums over rows of a·b, one a column.
Eigen::ArrayXd products(const ExtendedMatrix& a, const ExtendedMatrix& b) {
  return a.high.cwiseProduct(b.high).colwise().sum().transpose();
}

void add(ExtendedMatrix& sum, const ExtendedMatrix& term) {
  for (Index column = 0; column < sum.high.cols(); ++column)
    for (Index row = 0; row < sum.high.rows(); ++row)
      sum.set(row, column, sum(row, column) + term(row, column));
}

struct ExtendedSolution {
  ExtendedMatrix x;
  double smallest_eigenvalue = 0.0;
  bool converged = false;
};

/// The residual r of a solution x says what is missing: y = T⁻¹ r, whose energy is yᵀ r. The last
/// column instead turns towards the smallest eigenvalue's vector.
ExtendedSolution refine(const ExtendedToeplitz& matrix, const ExtendedMatrix& sides) {
  constexpr int largest_iterations = 5;
  constexpr double smallest_error = 1e-24;
  constexpr double converged_error = 1e-16;
  ExtendedSolution solution{ExtendedMatrix(sides.high.rows(), sides.high.cols())};
  ExtendedMatrix rest = sides;
  Eigen::ArrayXd energy;
  for (int iteration = 0; iteration < largest_iterations; ++iteration) {
    const auto correction = matrix.solve(rest);
    if (!correction) return solution;
    const Eigen::ArrayXd error = products(rest, *correction).head(sides.high.cols() - 1).abs();
    if (iteration == 0) energy = error;
    if (!(error <= energy).all()) return solution;
    const double norm = correction->high.rightCols(1).norm();
    solution.smallest_eigenvalue = 1.0 / norm;
    add(solution.x, *correction);
    solution.converged = iteration > 0 && (error <= converged_error * energy).all();
    if (iteration > 0 && (error <= smallest_error * energy).all()) return solution;
    rest = matrix.residual(sides, solution.x);
    rest.high.rightCols(1) = correction->high.rightCols(1) / norm;
    rest.low.rightCols(1).setZero();
  }
  return solution;
}

/// By power iteration, right to a few per cent.
double largest_eigenvalue(const Correlations& equations) {
  constexpr int iterations = 20;
  const BlockToeplitz matrix(equations.gram, equations.references);
  Random random(0);
  Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(equations.taps(), equations.references, [&] {
    return static_cast<double>(random.uniform()) - 0.5;
  });
  double norm = 0.0;
  for (int i = 0; i < iterations; ++i) {
    x = matrix * (x / x.norm());
    norm = x.norm();
  }
  return norm;
}

Eigen::MatrixXd filters_of(const ExtendedSolution& solution, const std::vector<int>& exponents,
                           Index estimates) {
  const auto count = static_cast<Index>(exponents.size());
  const Index taps = solution.x.high.rows() / count;
  Eigen::MatrixXd filters(taps, estimates * count);
  for (Index q = 0; q < estimates; ++q)
    for (Index i = 0; i < count; ++i)
      for (Index lag = 0; lag < taps; ++lag)
        filters(lag, q * count + i) =
            std::ldexp(solution.x.high(lag * count + i, q), exponents[static_cast<std::size_t>(i)]);
  return filters;
}

}  // namespace

Projection project_extended(const ExtendedCorrelations& correlations,
                            std::span<const Index> channels, std::span<const Index> estimates) {
  Projection result;
  result.channels = independent_channels(correlations, channels);
  const auto count = static_cast<Index>(result.channels.size());
  result.dependent_channels =
      std::count_if(channels.begin(), channels.end(),
                    [&](Index channel) { return correlations.high.energy(channel) > 0.0; }) -
      count;
  result.filters.resize(correlations.high.taps(), 0);
  if (count == 0) return result;
  if (correlations.high.underdetermined(count)) {
    result.give_up(correlations.high.taps(), estimates.size());
    return result;
  }
  ExtendedCorrelations equations = correlations.restricted_to(result.channels, estimates);
  const std::vector<int> exponents = normalise(equations);
  ExtendedMatrix lags;
  lags.high = equations.high.gram;
  lags.low = equations.low.gram;
  Eigen::VectorXd energies(count);
  for (Index i = 0; i < count; ++i) energies[i] = equations.high.energy(i);
  const ExtendedMatrix sides = right_sides(equations);
  result.solved = false;
  for (double ridge = extended_ridge; !result.solved && ridge < 1e-15; ridge *= 100.0) {
    const ExtendedSolution solution = refine(ExtendedToeplitz(lags, ridge * energies), sides);
    result.solved = solution.converged;
    result.filters = filters_of(solution, exponents, equations.high.estimates);
    result.conditioning = solution.smallest_eigenvalue / largest_eigenvalue(equations.high);
  }
  return result;
}

}  // namespace nmfsep
