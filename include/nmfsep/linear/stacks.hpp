#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// V (bins × (frames · channels), channel after channel) with `margin` silent frames before and
/// after each channel, so that no look beyond a channel's end meets another.
Matrix pad_channels(const MatrixView& V, Index channels, Index margin);

/// A matrix whose columns overlap in memory.
using StackView = Eigen::Map<const Matrix, Eigen::Unaligned, Eigen::OuterStride<>>;

/// `count` columns of context · bins rows: column t is the frames first + t to
/// first + t + context − 1 of V, one below the other. A view, since they follow one another in V.
StackView stack_frames(const Matrix& V, Index context, Index first, Index count);

/// Atoms of `context` frames one below the other (context · bins × components), the frames side by
/// side instead, the latest first: bins × (context · components).
Matrix latest_first(const Matrix& atoms, Index context);

/// The inverse.
Matrix oldest_first(const Matrix& atoms, Index context);

/// What atoms, given `latest_first`, say of each frame: the mean of the parts that overlap there of
/// the atoms that are active around it. H is components × frames, the result bins × frames.
Matrix overlap_mean(const Matrix& atoms, const MatrixView& H, Index context);

}  // namespace nmfsep
