#pragma once

#include "evaluation/extended/extended_correlation.hpp"
#include "evaluation/projection/projection.hpp"

namespace nmfsep {

/// Of a reference channel's energy, added to the diagonal of the Gram matrix: a direction of the
/// delayed references that holds much less explains nothing. The rounding of samples to floats or
/// to 32 bits is a direction of its own, that of doubles is none.
inline constexpr double extended_ridge = 1e-24;

/// As `project`, for references that depend on each other to the precision of a double: the
/// projection is right to about 1e-8 of the estimate's energy, however little the filters are
/// determined. `conditioning` is right to a factor of two. Not `solved` when the equations'
/// residual says that this failed.
Projection project_extended(const ExtendedCorrelations& correlations,
                            std::span<const Index> channels, std::span<const Index> estimates);

}  // namespace nmfsep
