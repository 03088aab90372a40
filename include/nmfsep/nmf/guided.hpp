#pragma once

#include "nmfsep/nmf/joint.hpp"

namespace nmfsep {

/// Parts, and how far each is believed where: w_s = exp(−Λ_s) for a cost Λ_s, 0 for never.
struct GuidedParts {
  std::span<const std::unique_ptr<Part>> parts;
  std::span<const Matrix> weights = {};  ///< in [0, 1], one of V's shape a part; or none
};

/// As explain_jointly, under a posterior that the user has marked (Bryan & Mysore, 2013, Proc.
/// ICML): of V a part gets V_s = V ⊙ w_s ⊙ R_s ⊘ Σ_j w_j ⊙ R_j, and moves as if that were all that
/// it has to explain. With one R for all parts this never raises
///   Σ d(V | Σ_s w_s ⊙ R_s) + Σ_s (1 − w_s) ⊙ R_s,
/// the cost that is reported. Weights of 1 are explain_jointly. Throws InvalidArgument also for
/// another divergence than Kullback-Leibler, of which these are the shares.
NmfReport explain_guided(const MatrixView& V, Index channels, const GuidedParts& guided,
                         const NmfOptions& options, const ProgressCallback& progress = {});

}  // namespace nmfsep
