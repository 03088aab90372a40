#include "context.hpp"

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

}  // namespace nmfsep
