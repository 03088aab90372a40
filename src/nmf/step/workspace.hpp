#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "nmf/kernel/kernel.hpp"

namespace nmfsep {

/// One factor with its rows side by side in memory: W as bins × components.
using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Floats that start on a cache line and go on to the end of one, as kernels want them; 0 at first.
class AlignedFloats {
 public:
  explicit AlignedFloats(Index size) {
    constexpr Index line = 32;
    const Index whole = (size + line - 1) / line * line;
    data_.reset(static_cast<float*>(
        ::operator new(static_cast<std::size_t>(whole) * sizeof(float), alignment)));
    std::fill_n(data_.get(), whole, 0.0F);
  }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }

 private:
  static constexpr std::align_val_t alignment{128};
  struct Free {
    void operator()(float* data) const { ::operator delete(data, alignment); }
  };
  std::unique_ptr<float[], Free> data_;
};

/// What a thread needs to work on one tile after another.
struct Workspace {
  Workspace(const Kernel& kernel, Index components)
      : B(components * kernel.lanes),
        numerator(components * kernel.lanes),
        denominator(components * kernel.lanes),
        scratch(kernel.scratch_size + components * kernel.scratch_of_component),
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

  /// Columns of a matrix for the kernel to read, all times `scale`.
  LaneSource source(const float* first, Index stride, Index count, float scale = 1) {
    std::fill_n(scales.data(), static_cast<Index>(cost.size()), scale);
    LaneSource columns{first, stride, count};
    columns.scales = scales.data();
    return columns;
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
