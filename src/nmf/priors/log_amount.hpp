#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// Σ_t c_t·Σ_k log((h_kt + ε·v_t) / u_t), with ε = 10⁻³ and v_t what the frame holds in all. It is
/// concave in h for c > 0, where its tangent bounds it; for c < 0 Jensen's inequality bounds it by
/// −log h.
struct LogAmounts {
  TileView H;             ///< components × frames
  VectorView totals;      ///< v of each frame
  VectorView units;       ///< u of each frame
  const Vector& amounts;  ///< c of each frame, all of one sign
};

void add_log_cost(const LogAmounts& prior, Eigen::Ref<Eigen::VectorXd> cost);
void add_log_gradient(const LogAmounts& prior, SplitGradient gradient);

}  // namespace nmfsep
