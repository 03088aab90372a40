#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// The columns of all, which have equally many rows; at least one.
Matrix side_by_side(const std::vector<Matrix>& parts);

/// Scales each column of W, none of them zero, to sum to one.
void normalise_columns(Matrix& W);

}  // namespace nmfsep
