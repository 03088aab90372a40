#pragma once

#include <optional>
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

/// All channels under a mask, whose columns are laid out as by `magnitudes`; the phase stays the
/// mixture's.
Spectrogram apply_mask(const Spectrogram& mixture, const Matrix& mask);

/// Splits spectra among sources: `wiener_masks` and their products with the mixture in one walk
/// over the bins, without a mask in memory.
class WienerFilter {
 public:
  /// `estimates` must outlive it. Without an exponent they are the masks. Throws as
  /// `wiener_masks`.
  WienerFilter(std::span<const SourceEstimate> estimates, std::optional<double> exponent);

  /// Fills each source's spectra from the mixture's (bins × frames all of them), whose estimates
  /// are the columns from `first` on.
  void apply(const Eigen::Ref<const ComplexMatrix>& mixture, Index first,
             std::span<Eigen::Ref<ComplexMatrix>> sources) const;

 private:
  std::span<const SourceEstimate> estimates_;
  std::optional<double> exponent_;
};

}  // namespace nmfsep
