#include "sources/mask_network/held_out_share.hpp"

#include <algorithm>
#include <cmath>

#include "sources/mask_network/mask_estimate.hpp"

namespace nmfsep {
namespace {

constexpr double clear_gain = 0.3;  ///< dB, below which a difference may be chance
constexpr float equal_parts = 0.5F;

/// SDR in dB of S under a mask of X, from spectra; 0 where either is silent.
double sdr(const ComplexMatrix& S, const ComplexMatrix& X, const Eigen::Ref<const Matrix>& mask) {
  const double error = static_cast<double>((S - X.cwiseProduct(mask)).squaredNorm());
  const double energy = static_cast<double>(S.squaredNorm());
  return energy > 0 && error > 0 ? 10 * std::log10(energy / error) : 0;
}

}  // namespace

ShareScores score_shares(const std::vector<MixedPiece>& pieces, const NetAndDictionaries& both) {
  const auto exponent = static_cast<float>(both.magnitude_exponent);
  ShareScores scores{};
  for (const MixedPiece& piece : pieces) {
    const Matrix V = piece.mixture.cwiseAbs();
    const auto said = decompose_whole(both.dictionaries, V.array().pow(exponent), 1).sources;
    const Matrix alone = network_masks(both.net, V, 1, 0, dictionary_masks(said));
    for (std::size_t i = 0; i < mask_shares.size(); ++i) {
      Matrix masks = alone;
      mix_with_dictionaries(said, mask_shares[i], masks);
      for (std::size_t s = 0; s < piece.sources.size(); ++s)
        scores[i] += sdr(piece.sources[s], piece.mixture,
                         masks.middleRows(static_cast<Index>(s) * V.rows(), V.rows())) /
                     static_cast<double>(piece.sources.size() * pieces.size());
    }
  }
  return scores;
}

float best_share(const ShareScores& scores) {
  const double enough = *std::max_element(scores.begin(), scores.end()) - clear_gain;
  const auto distance = [](float share) { return std::abs(share - equal_parts); };
  float found = mask_shares.back();
  for (std::size_t i = mask_shares.size(); i-- > 0;)
    if (scores[i] >= enough && distance(mask_shares[i]) <= distance(found)) found = mask_shares[i];
  return found;
}

}  // namespace nmfsep
