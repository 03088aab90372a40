#include "sources/value_checks.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/finite.hpp"
#include "sources/refuse.hpp"

namespace nmfsep {
namespace {

/// Float columns that were normalised in float are within 1e-6 of one; this leaves room for other
/// programs' models and none for columns that were never normalised.
constexpr double column_sum_tolerance = 1e-4;

}  // namespace

void require_shape(const NamedMatrix& matrix, Index rows, Index columns) {
  if (matrix.values.rows() != rows || matrix.values.cols() != columns || columns < 1)
    refuse("source '{}': {} is {} × {}, must be {} bins × {}", matrix.source, matrix.name,
           matrix.values.rows(), matrix.values.cols(), rows,
           columns < 1 ? "at least 1 component" : fmt::format("{}", columns));
}

void require_non_negative(const NamedMatrix& matrix) {
  const auto& all = matrix.values;
  if (all_finite(all) && (all.size() == 0 || all.minCoeff() >= 0)) return;
  for (Index k = 0; k < matrix.values.cols(); ++k)
    for (Index f = 0; f < matrix.values.rows(); ++f)
      if (const float value = matrix.values(f, k); !std::isfinite(value) || value < 0)
        refuse("source '{}': {}[{}][{}] = {}, must be finite and not negative", matrix.source,
               matrix.name, f, k, value);
}

void require_unit_columns(const NamedMatrix& matrix) {
  for (Index k = 0; k < matrix.values.cols(); ++k) {
    const double sum = matrix.values.col(k).cast<double>().sum();
    if (std::abs(sum - 1) > column_sum_tolerance)
      refuse("source '{}': column {} of {} sums to {}, must sum to 1", matrix.source, k,
             matrix.name, sum);
  }
}

}  // namespace nmfsep
