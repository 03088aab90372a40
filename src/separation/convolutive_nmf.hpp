#pragma once

#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// V ≈ Σ_τ W_τ · H shifted by τ frames to the right, which minimises the KL divergence by the
/// multiplicative updates of Smaragdis (2004, Proc. ICA, non-negative matrix factor
/// deconvolution), with numerators and denominators summed over the lags, so that the cost never
/// rises. W holds W_0 … W_{context−1} one below the other: context · bins × components.
/// Of `options` components, iterations, tolerance, seed and solver count: squarem is over_relaxed
/// here. Throws Cancelled.
Factorization factorize_convolutive(const MatrixView& V, Index context, const NmfOptions& options,
                                    const ProgressCallback& progress);

/// H for a known W, whose columns sum to one; squarem takes plain steps here.
Activations infer_convolutive(const MatrixView& V, const MatrixView& W, const NmfOptions& options,
                              const ProgressCallback& progress);

/// Σ_τ W_τ · H shifted by τ frames: bins × frames.
Matrix convolve(const MatrixView& W, const MatrixView& H, Index context);

}  // namespace nmfsep
