#pragma once

#include <Eigen/Core>

namespace nmfsep {

/// Spectra and factors are float: a mask cannot tell the difference, and it halves memory.
/// Column-major, bins × frames, so that a frame is contiguous.
using Matrix = Eigen::MatrixXf;
using ComplexMatrix = Eigen::MatrixXcf;
using Vector = Eigen::VectorXf;
using Index = Eigen::Index;

/// Read-only views, which a block of columns fits without a copy.
using MatrixView = Eigen::Ref<const Matrix>;
using VectorView = Eigen::Ref<const Vector>;

}  // namespace nmfsep
