#pragma once

#include <array>

#include "nmfsep/material/random_mixtures.hpp"
#include "nmfsep/sources/mask_network/mask_network.hpp"

namespace nmfsep {

/// Of the dictionaries in the mean of both masks, from the network alone to the
/// dictionaries alone.
inline constexpr std::array mask_shares{0.0F, 0.2F, 0.35F, 0.5F, 0.65F, 0.8F, 1.0F};
/// Mean SDR, dB, of each share.
using ShareScores = std::array<double, mask_shares.size()>;

/// A network, and dictionaries that explain |X|^exponent.
struct NetAndDictionaries {
  const MaskNet& net;
  const Decomposer& dictionaries;
  double magnitude_exponent = 1;
};

/// Mean SDR, from spectra, of the sources of these mixtures under the masks that both say together.
ShareScores score_shares(const std::vector<MixedPiece>& pieces, const NetAndDictionaries& both);

/// How far to trust dictionaries: equal parts, unless another share scores clearly more; then the
/// one nearest to equal parts that is not clearly below the best. One recording's rest is a noisy
/// judge, and of two guesses that err differently the mean errs least.
float best_share(const ShareScores& scores);

}  // namespace nmfsep
