#pragma once

#include "nmfsep/masking/source_estimate.hpp"
#include "nmfsep/sources/mask_network/mask_network.hpp"
#include "sources/mask_network/mask_features.hpp"

namespace nmfsep {

/// Makes masks of logits in place, over sources: `z` is sources · bins × frames, bins of a source
/// together; afterwards the sources' entries of each bin are positive and sum to one.
void softmax_over_sources(Index sources, Eigen::Ref<Matrix> z);

/// What a network hears of dictionaries' masks, and what its answer is added to: ln(m + 0.01), so
/// that a network that says nothing leaves them as they are, to a hundredth, and one that says
/// something can be louder than masks of 0.
Matrix heard_logits(const Eigen::Ref<const Matrix>& masks);

/// Masks of estimates to the power of 1.5, as where dictionaries stand alone: sources · bins ×
/// frames; equal ones where nothing is said.
Matrix dictionary_masks(const std::vector<SourceEstimate>& dictionaries);

/// The masks that `net` makes of magnitudes V (bins × (frames · channels), channel after channel):
/// sources · bins × the same. Recurrent networks hear stretches that begin at every 128th frame of
/// a mixture, with 64 frames before and after, so that blocks of it, whose first frame is its frame
/// number `place`, get the bits of the whole. A net that hears estimates needs the dictionaries'
/// masks, sources · bins × columns of V.
Matrix network_masks(const MaskNet& net, const MatrixView& V, Index channels, Index place = 0,
                     const Matrix& dictionaries = {});

/// How many neighbours on each side a frame's masks depend on.
Index network_reach(const MaskNet& net);

/// The mean of the network's masks and of those that the dictionaries' estimates make, to the power
/// of 1.5 as where they stand alone, each by its share, in place. Of two guesses at a waveform that
/// err differently the mean errs least; the mean of logarithms scored some tenths less.
void mix_with_dictionaries(const std::vector<SourceEstimate>& dictionaries, float share,
                           Eigen::Ref<Matrix> masks);

}  // namespace nmfsep
