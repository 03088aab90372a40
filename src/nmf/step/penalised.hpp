#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// How a job scales its frames where all have one scale.
struct JobScales {
  JobScales() = default;
  /// `totals` is ΣV of each frame, scaled by `scale`.
  JobScales(float scale, const Divergence& divergence, Vector totals);

  FrameScales frames() const { return {scales, weights, totals}; }

  Vector scales, weights, totals;
};

/// ΣV of these frames, scaled and weighted as amounts are.
double weighted_total(const FrameScales& frames);

/// All activations of a job or of a channel, components × frames, as a prior wants them: tile after
/// tile, or where it has a reach all at once.
class PenalisedActivations {
 public:
  /// All belong to the caller. `norms` is ‖w_k‖₂ of each atom.
  PenalisedActivations(const Penalty& penalty, const Vector& norms, const FrameScales& frames)
      : penalty_(penalty), norms_(norms), frames_(frames) {}

  double cost(const MatrixView& H) const;
  /// Sets ∇⁻ and ∇⁺, components × frames.
  void gradient(const MatrixView& H, Matrix& negative, Matrix& positive) const;
  /// ∇⁻ and ∇⁺ with respect to each atom's scale: components × 2.
  Eigen::MatrixXd scale_gradient(const MatrixView& H) const;

 private:
  template <typename Visit>
  void for_each_tile(const MatrixView& H, const Visit& visit) const;

  const Penalty& penalty_;
  const Vector& norms_;
  const FrameScales& frames_;
};

}  // namespace nmfsep
