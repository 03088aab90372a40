#pragma once

#include <cstdint>
#include <vector>

#include "nmfsep/core/progress.hpp"
#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/nets/recurrent.hpp"
#include "nmfsep/sources/mask_network/mask_network.hpp"

namespace nmfsep {

/// How a mask network is built and trained. The defaults told voices and instruments apart best
/// (docs/neural.md).
struct MaskNetOptions {
  int steps = 700;              ///< of four pieces of 64 frames, mixed anew
  double budget_seconds = 0;    ///< above 0: of a set, as many steps as its training has time for
  Index width = 512;            ///< units of each of the two hidden layers
  int recurrent_layers = 0;     ///< of its hidden layers, the last; 0: both are dense; up to 3
  Cell cell = Cell::gru;        ///< of the recurrent layers
  bool both_directions = true;  ///< these run forward and backward in time
  double discrimination = 0;    ///< γ: how much an estimate should differ from the other sources
  int context = 9;              ///< frames it looks at, odd
  double learning_rate = 1e-3;  ///< of the first step; a half cosine brings it to 0
  std::uint64_t seed = 0;

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  friend bool operator==(const MaskNetOptions&, const MaskNetOptions&) = default;
};

/// Trains a network on mixtures of these sources: towards Re(S X*) / |X|² between 0 and 1, the mask
/// that leaves the least error at the mixture's phase (Erdogan et al., 2015, ICASSP), each bin
/// weighing |X|²; γ times its distance from the mean mask of the other sources is taken off (Huang
/// et al., 2015, equation 11). Its `share` is left 0. Throws InvalidArgument, Cancelled.
MaskNet train_mask_net(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                       const MaskNetOptions& options, const ProgressCallback& progress = {});

}  // namespace nmfsep
