#include "joint_model.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {

void require_equal_analyses(const ModelHeader& first, const ModelHeader& other) {
  if (other.analysis != first.analysis)
    throw InvalidArgument(
        fmt::format("the models disagree: '{}' is for {}, but '{}' is for {}; train them alike",
                    printable(first.name), describe(first.analysis), printable(other.name),
                    describe(other.analysis)));
}

void refuse_equal_names(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  const auto twin = std::adjacent_find(names.begin(), names.end());
  if (twin != names.end())
    throw InvalidArgument(fmt::format(
        "two sources are named '{}'; train one again with another --name", printable(*twin)));
}

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

Matrix product(const MatrixView& W, const MatrixView& H) {
  Matrix V(W.rows(), H.cols());
  tbb::parallel_for(Index{0}, H.cols(), [&](Index frame) {
    V.col(frame).setZero();
    for (Index k = 0; k < W.cols(); ++k) V.col(frame) += H(k, frame) * W.col(k);
  });
  return V;
}

}  // namespace nmfsep
