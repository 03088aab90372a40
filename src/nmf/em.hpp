#pragma once

#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// Learns W = [fixed | free columns] and H by expectation and maximisation: probabilistic latent
/// component analysis (Smaragdis, Raj & Shashanka, 2006). V is counted as if its quanta had been
/// drawn with p(f, t) = p(t) Σ_z p(f|z) p(z|t); W holds p(f|z), and H p(z|t) times the sum of V's
/// frame. Both factors are updated from one posterior. Arguments have been checked.
Factorisation factorise_by_em(const MatrixView& V, const MatrixView& fixed,
                              const NmfOptions& options, const ProgressCallback& progress);

}  // namespace nmfsep
