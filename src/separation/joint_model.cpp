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

void require_fit(Index bins, const MatrixView& mixture, Index channels) {
  if (mixture.rows() != bins || channels < 1 || mixture.cols() % channels != 0)
    throw InvalidArgument(
        fmt::format("the models have {} bins, the mixture has {}, in {} frames of {} channels",
                    bins, mixture.rows(), mixture.cols(), channels));
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

namespace {

/// Columns and rows of a tile: what fits the first cache beside the atoms it is made of.
constexpr Index tile_frames = 8;
constexpr Index tile_bins = 256;

/// V = W·H for a tile. Atoms go by fours, added one after the other, so that the sum at a place is
/// the same as by ones.
void multiply_tile(const MatrixView& W, const MatrixView& H, Eigen::Ref<Matrix> V) {
  V.setZero();
  Index k = 0;
  for (; k + 4 <= W.cols(); k += 4)
    for (Index t = 0; t < V.cols(); ++t)
      V.col(t) = V.col(t) + H(k, t) * W.col(k) + H(k + 1, t) * W.col(k + 1) +
                 H(k + 2, t) * W.col(k + 2) + H(k + 3, t) * W.col(k + 3);
  for (; k < W.cols(); ++k)
    for (Index t = 0; t < V.cols(); ++t) V.col(t) += H(k, t) * W.col(k);
}

}  // namespace

Matrix product(const MatrixView& W, const MatrixView& H) {
  Matrix V(W.rows(), H.cols());
  tbb::parallel_for(Index{0}, (H.cols() + tile_frames - 1) / tile_frames, [&](Index tile) {
    const Index frame = tile * tile_frames;
    const Index frames = std::min(tile_frames, H.cols() - frame);
    for (Index bin = 0; bin < W.rows(); bin += tile_bins) {
      const Index bins = std::min(tile_bins, W.rows() - bin);
      multiply_tile(W.middleRows(bin, bins), H.middleCols(frame, frames),
                    V.block(bin, frame, bins, frames));
    }
  });
  return V;
}

}  // namespace nmfsep
