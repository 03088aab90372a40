#include "nmfsep/linear/stacks.hpp"

#include <algorithm>

#include "nmfsep/core/large_pages.hpp"
#include "nmfsep/linear/product.hpp"

namespace nmfsep {

Matrix pad_channels(const MatrixView& V, Index channels, Index margin) {
  const Index frames = V.cols() / channels;
  const Index padded = frames + 2 * margin;
  Matrix result = Matrix::Zero(V.rows(), padded * channels);
  for (Index channel = 0; channel < channels; ++channel)
    result.middleCols(channel * padded + margin, frames) = V.middleCols(channel * frames, frames);
  return result;
}

StackView stack_frames(const Matrix& V, Index context, Index first, Index count) {
  return {V.data() + first * V.rows(), context * V.rows(), count, Eigen::OuterStride<>(V.rows())};
}

Matrix latest_first(const Matrix& atoms, Index context) {
  const Index bins = atoms.rows() / context;
  Matrix result(bins, context * atoms.cols());
  prefer_large_pages(result.data(), static_cast<std::size_t>(result.size()) * sizeof(float));
  for (Index c = 0; c < context; ++c)
    result.middleCols((context - 1 - c) * atoms.cols(), atoms.cols()) =
        atoms.middleRows(c * bins, bins);
  return result;
}

Matrix oldest_first(const Matrix& atoms, Index context) {
  const Index components = atoms.cols() / context;
  Matrix result(context * atoms.rows(), components);
  for (Index c = 0; c < context; ++c)
    result.middleRows(c * atoms.rows(), atoms.rows()) =
        atoms.middleCols((context - 1 - c) * components, components);
  return result;
}

Matrix overlap_mean(const Matrix& atoms, const MatrixView& H, Index context) {
  const Index reach = context / 2;
  const Index frames = H.cols();
  const Matrix padded = pad_channels(H, 1, reach);
  Matrix result = product(atoms, stack_frames(padded, context, 0, frames));
  for (Index frame = 0; frame < frames; ++frame) {
    const Index parts = std::min(frame, reach) + 1 + std::min(frames - 1 - frame, reach);
    result.col(frame) /= static_cast<float>(parts);
  }
  return result;
}

}  // namespace nmfsep
