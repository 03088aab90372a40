#pragma once

#include <span>
#include <vector>

#include "nmfsep/masking/source_estimate.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace nmfsep {

/// Masks V_s^p / Σ V^p, bins × columns each, one an estimate. Values are in [0, 1] and sum to one:
/// where no source explains a bin, all share it equally. `exponent` p: 1 splits by magnitude, 2 by
/// power, larger is nearer to binary. Throws InvalidArgument when there is no estimate, the shapes
/// differ, or `exponent` is not positive and finite.
std::vector<Matrix> wiener_masks(std::span<const SourceEstimate> estimates, double exponent);

/// A channel's spectra (bins × frames) under a mask; the phase stays the mixture's.
ComplexMatrix apply_mask(const Eigen::Ref<const ComplexMatrix>& mixture, const MatrixView& mask);

/// The same for all channels, their masks (bins × frames · channels) side by side.
Spectrogram apply_mask(const Spectrogram& mixture, const Matrix& mask);

}  // namespace nmfsep
