#pragma once

#include <vector>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// The normal equations of projecting Q estimate channels on K reference channels, each delayed
/// by 0 to taps-1 samples: block (a, b) of the Gram matrix is gram[a-b] where a >= b and
/// gram[b-a]ᵀ elsewhere, and block a of the right side is cross[a].
struct Correlations {
  std::vector<Eigen::MatrixXd> gram;   ///< [τ], K × K: (i, j) = Σ_t r_i(t) r_j(t+τ)
  std::vector<Eigen::MatrixXd> cross;  ///< [τ], K × Q: (i, j) = Σ_t r_i(t) e_j(t+τ)

  Index taps() const { return static_cast<Index>(gram.size()); }
};

/// `references` is samples × K and `estimates` samples × Q.
Correlations correlate(const Signal& references, const Signal& estimates, Index taps);

}  // namespace nmfsep
