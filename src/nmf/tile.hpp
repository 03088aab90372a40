#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// ε under every model W·H, where V is scaled so that its largest entry lies in [1, 2). It acts as
/// one more component that never changes, so V / (W·H + ε) is finite and updates stay monotone.
inline constexpr float model_floor = 0x1p-40F;

/// Smaller entries of V (−300 dB) and W become 0: products of denormals would run a hundred times
/// slower.
inline constexpr float spectrum_floor = 0x1p-50F;
inline constexpr float activation_floor = 0x1p-80F;

/// The power of two that brings `largest` into [1, 2), as far as float reaches; 1 for silence.
float scale_for(float largest);

/// A few neighbouring frames, side by side in the vector lanes: every step treats each lane alike
/// and alone, so a frame's result depends neither on its place in a tile nor on its neighbours.
class Tile {
 public:
  static constexpr Index width = 16;  ///< frames; missing ones are silent

  Tile(Index bins, Index components);

  /// Takes the columns of V, each times its entry of `scales`.
  void load(const MatrixView& V, const VectorView& scales);

  /// Row k of H for all lanes.
  float* activations(Index k) { return &H_[static_cast<std::size_t>(k * width)]; }

  /// Model ← W·H + ε and ratio ← V / model.
  void compute_ratio(const RowMatrix& W);
  /// H ← H ⊙ Wᵀ·ratio in the lanes that are `active` (1 or 0): Lee & Seung's update for columns
  /// that sum to one.
  void update_activations(const RowMatrix& W, const float* active);
  /// sum += ratio · Hᵀ over the columns of W from `first` on (bins × components − first).
  void accumulate(RowMatrix& sum, Index first) const;
  /// Each lane's D(V | model), less the constant ε that silent bins cost.
  void costs(double* cost) const;

 private:
  Index bins_, components_;
  std::vector<float> V_, model_, ratio_;  // bins × width
  std::vector<float> H_, numerator_;      // components × width
};

}  // namespace nmfsep
