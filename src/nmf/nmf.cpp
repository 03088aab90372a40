#include "nmfsep/nmf/nmf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

/// And finite.
bool is_non_negative(const VectorView& values) {
  return all_finite(values) && values.minCoeff() >= 0;
}

}  // namespace

void NmfOptions::validate() const {
  const auto require = [](bool rule, const std::string& message) {
    if (!rule) throw InvalidArgument("NmfOptions: " + message);
  };
  require(components >= 1 && components <= 100000,
          fmt::format("components = {}, must be from 1 to 100000", components));
  require(iterations >= 1 && iterations <= 1000000,
          fmt::format("iterations = {}, must be from 1 to 1000000", iterations));
  require(tolerance >= 0 && tolerance < 1,
          fmt::format("tolerance = {}, must be at least 0 and below 1", tolerance));
  require(divergence.beta >= 0 && divergence.beta <= 3,
          fmt::format("divergence.beta = {}, must be from 0 to 3", divergence.beta));
  require(solver != Solver::em || (divergence.beta == 1 && penalty == nullptr),
          "solver = em, must go with the Kullback-Leibler divergence and without a prior");
  require(reducer != nullptr, "reducer = null, must be a reducer");
}

std::string to_string(Solver solver) {
  switch (solver) {
    case Solver::multiplicative:
      return "multiplicative";
    case Solver::over_relaxed:
      return "over-relaxed";
    case Solver::em:
      return "em";
    default:
      return "squarem";
  }
}

Solver solver_from_string(std::string_view text) {
  for (const Solver solver :
       {Solver::multiplicative, Solver::over_relaxed, Solver::squarem, Solver::em})
    if (text == to_string(solver)) return solver;
  throw InvalidArgument(fmt::format(
      "solver = '{}', must be multiplicative, over-relaxed, squarem or em", printable(text)));
}

void add(NmfReport& total, const NmfReport& part) {
  if (total.cost.empty() || part.cost.empty()) {
    if (total.cost.empty()) total = part;
    return;
  }
  const auto cost_at = [](const NmfReport& report, std::size_t i) {
    return report.cost[std::min(i, report.cost.size() - 1)].cost;
  };
  std::vector<CostSample> cost = total.cost.size() < part.cost.size() ? part.cost : total.cost;
  for (std::size_t i = 0; i < cost.size(); ++i) cost[i].cost = cost_at(total, i) + cost_at(part, i);
  total.cost = std::move(cost);
  total.iterations = std::max(total.iterations, part.iterations);
  if (part.termination == Termination::iterations) total.termination = part.termination;
}

std::string to_string(Termination termination) {
  return termination == Termination::iterations ? "iterations" : "tolerance";
}

void require_non_negative(const MatrixView& matrix, const char* name) {
  if (matrix.size() == 0)
    throw InvalidArgument(fmt::format("{} is empty: {} bins × {} columns, must be at least 1 × 1",
                                      name, matrix.rows(), matrix.cols()));
  for (Index column = 0; column < matrix.cols(); ++column) {
    if (is_non_negative(matrix.col(column))) continue;
    Index bin = 0;
    while (is_non_negative(matrix.col(column).segment(bin, 1))) ++bin;
    throw InvalidArgument(fmt::format("{}({}, {}) = {}, must be finite and not negative", name, bin,
                                      column, matrix(bin, column)));
  }
}

void require_bins(const MatrixView& W, const MatrixView& V) {
  if (W.rows() != V.rows())
    throw InvalidArgument(
        fmt::format("W has {} bins and V has {}, must be equal", W.rows(), V.rows()));
}

void require_unit_columns(const MatrixView& W) {
  for (Index k = 0; k < W.cols(); ++k)
    if (const double sum = W.col(k).cast<double>().sum(); std::abs(sum - 1) > 1e-3)
      throw InvalidArgument(fmt::format("W: column {} sums to {}, must sum to one", k, sum));
}

}  // namespace nmfsep
