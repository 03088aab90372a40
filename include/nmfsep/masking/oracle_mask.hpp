#pragma once

#include <span>
#include <vector>

#include "nmfsep/stft/spectrogram.hpp"

namespace nmfsep {

/// Masks that know the sources S_s in the mixture X: what separation by masks could reach at best.
enum class OracleMask {
  binary,           ///< each bin to its loudest source (Wang, 2005), the first among equals
  ratio,            ///< |S_s| / Σ |S|
  power_ratio,      ///< |S_s|² / Σ |S|²
  phase_sensitive,  ///< Re(S_s / X), limited to [0, 1] (Erdogan et al., 2015, Proc. ICASSP)
};

/// A mask a source, bins × (frames · channels), channel after channel as by `magnitudes`. All but
/// phase-sensitive ones sum to one. Throws InvalidArgument when there is no source, or a source and
/// the mixture differ in shape.
std::vector<Matrix> oracle_masks(std::span<const Spectrogram> sources, const Spectrogram& mixture,
                                 OracleMask kind);

}  // namespace nmfsep
