#pragma once

#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// V ≈ Σ_τ W_τ · H shifted by τ frames to the right (Smaragdis, 2004, Proc. ICA, non-negative
/// matrix factor deconvolution), with all of `options` but the reducer: a job of one part that
/// learns (nmf/joint.hpp). W holds W_0 … W_{context−1} one below the other: context · bins ×
/// components, columns that sum to one. Throws as `factorise`.
Factorisation factorise_convolutive(const MatrixView& V, Index context, const NmfOptions& options,
                                    const ProgressCallback& progress);

/// H for a known W, whose columns sum to one. Throws InvalidArgument also where W has not a whole
/// number of V's frames.
Activations infer_convolutive(const MatrixView& V, const MatrixView& W, const NmfOptions& options,
                              const ProgressCallback& progress);

}  // namespace nmfsep
