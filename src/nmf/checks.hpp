#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Each throws InvalidArgument that names the matrix, the place and the rule.
void require_non_negative(const MatrixView& matrix, const char* name);
void require_bins(const MatrixView& W, const MatrixView& V);
void require_unit_columns(const MatrixView& W);

}  // namespace nmfsep
