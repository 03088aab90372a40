#pragma once

#include <optional>

#include "sources/mask_network/held_out_stretch.hpp"
#include "sources/mask_network/mask_examples.hpp"

namespace nmfsep {

/// Mixtures of what training does not learn from, always the same, by which networks on their way
/// are compared.
class HeldOutMixtures {
 public:
  /// `held` by dictionaries of the rest, where networks hear such.
  HeldOutMixtures(const MaskFold& held, const StftOptions& stft, const MaskNetOptions& options);

  /// How well a network separates them: SDR in dB, from the spectra of all pieces, the mean over
  /// sources.
  double sdr_of(const Network& network) const;

 private:
  Index context_;
  std::vector<MixedPiece> pieces_;
  Matrix features_;  ///< features × frames, piece after piece
  Matrix heard_;     ///< of the dictionaries, sources · bins × frames, or without rows
};

/// What a network learns from, and what its training is watched by; nothing where no stretch of
/// half a second can be spared.
struct WatchedMaterial {
  std::vector<SourceAudio> training;
  std::optional<HeldOutMixtures> held_out;
};

/// Takes a sixteenth of each recording off, more where that would be too short, an eighth at most.
WatchedMaterial watch(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                      const MaskNetOptions& options, const DictionaryLearner& dictionaries = {});

}  // namespace nmfsep
