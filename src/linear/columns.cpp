#include "nmfsep/linear/columns.hpp"

namespace nmfsep {

Matrix side_by_side(const std::vector<Matrix>& parts) {
  Index columns = 0;
  for (const Matrix& part : parts) columns += part.cols();
  Matrix whole(parts.front().rows(), columns);
  columns = 0;
  for (const Matrix& part : parts) {
    whole.middleCols(columns, part.cols()) = part;
    columns += part.cols();
  }
  return whole;
}

void normalise_columns(Matrix& W) {
  for (Index k = 0; k < W.cols(); ++k)
    W.col(k) /= static_cast<float>(W.col(k).cast<double>().sum());
}

}  // namespace nmfsep
