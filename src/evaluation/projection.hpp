#pragma once

#include "evaluation/correlation.hpp"

namespace nmfsep {

/// Filters from K channels to Q: row a·K + k holds tap a of channel k.
using Filters = Eigen::MatrixXd;

/// The filters with which the references come nearest to the estimates in the least-squares
/// sense: the solution of the normal equations.
Filters projection_filters(const Correlations& correlations);

/// `channels` (samples × K) through `filters`: samples + taps - 1 rows, Q columns.
Signal filtered(const Signal& channels, const Filters& filters);

}  // namespace nmfsep
