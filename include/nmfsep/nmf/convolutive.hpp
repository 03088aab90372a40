#pragma once

#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// How long convolutive atoms are, and where they are placed at first.
struct AtomPlaces {
  Index context = 1;  ///< frames
  Vector weights;     ///< how much of an activation each frame begins with, above 0; empty: alike
};

/// V ≈ Σ_τ W_τ · H shifted by τ frames to the right (Smaragdis, 2004, Proc. ICA, non-negative
/// matrix factor deconvolution), with all of `options` but the reducer: a job of one part that
/// learns (nmf/joint.hpp). W holds W_0 … W_{context−1} one below the other: context · bins ×
/// components, columns that sum to one. Throws as `factorise`, and InvalidArgument unless weights
/// are as many as V has frames, and positive.
Factorisation factorise_convolutive(const MatrixView& V, const AtomPlaces& places,
                                    const NmfOptions& options, const ProgressCallback& progress);

/// The same from anywhere.
inline Factorisation factorise_convolutive(const MatrixView& V, Index context,
                                           const NmfOptions& options,
                                           const ProgressCallback& progress) {
  return factorise_convolutive(V, {context, {}}, options, progress);
}

/// H for a known W, whose columns sum to one. Throws InvalidArgument also where W has not a whole
/// number of V's frames.
Activations infer_convolutive(const MatrixView& V, const MatrixView& W, const NmfOptions& options,
                              const ProgressCallback& progress);

}  // namespace nmfsep
