#pragma once

#include <hwy/aligned_allocator.h>

#include "kernel.hpp"

namespace nmfsep {

/// One factor with its rows side by side in memory: W as bins × components.
using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Floats that start on a cache line, as kernels want them.
class AlignedFloats {
 public:
  explicit AlignedFloats(Index size)
      : data_(hwy::AllocateAligned<float>(static_cast<std::size_t>(size))) {
    std::fill_n(data_.get(), size, 0.0F);
  }
  float* data() { return data_.get(); }

 private:
  hwy::AlignedFreeUniquePtr<float[]> data_;
};

/// What a thread needs to work on one tile after another.
struct Workspace {
  Workspace(const Kernel& kernel, Index components)
      : B(components * kernel.lanes),
        numerator(components * kernel.lanes),
        denominator(components * kernel.lanes),
        scratch(kernel.scratch_size),
        scales(kernel.lanes),
        cost(static_cast<std::size_t>(kernel.lanes)) {}

  /// A tile that works on these buffers.
  TileProblem problem() {
    TileProblem tile;
    tile.B = B.data();
    tile.numerator = numerator.data();
    tile.denominator = denominator.data();
    tile.scratch = scratch.data();
    return tile;
  }

  AlignedFloats B, numerator, denominator;  // components × lanes
  AlignedFloats scratch, scales;
  std::vector<double> cost;  // lanes
};

/// The power of two that brings `mean`, the average of V, into [1, 2), as far as float reaches.
/// Exact, so that level alone changes no bit of a result's shape; 1 for silence.
float scale_for(double mean);

/// How V is read, by lanes with these scales. Itakura-Saito cannot explain a zero, so there V is
/// at least ε.
LaneSource spectrum(LaneSource source, const Divergence& divergence);

}  // namespace nmfsep
