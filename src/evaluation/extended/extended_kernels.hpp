#pragma once

#include "evaluation/extended/double_double.hpp"
#include "evaluation/projection/kernels.hpp"

namespace nmfsep::kernels {

/// Neighbouring columns of a matrix in twice the precision of a double; column j starts at
/// high + j · stride and low + j · stride.
struct ExtendedPanel {
  double* high;
  double* low;
  Index stride;
  Index columns;
};

/// aᵀ b over the first `rows` rows. Up to `row_padding` rows more are read, which must be zero in
/// `b` and finite in `a`.
ExtendedMatrix inner(ExtendedPanel a, ExtendedPanel b, Index rows);

/// a -= b · weights in the first `rows` rows. Up to `row_padding` rows more are read and written.
void subtract_product(ExtendedPanel a, ExtendedPanel b, const ExtendedMatrix& weights, Index rows);

}  // namespace nmfsep::kernels
