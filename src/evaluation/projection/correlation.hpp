#pragma once

#include <span>

#include "evaluation/channel_source.hpp"

namespace nmfsep {

/// The normal equations of projecting Q estimate channels on K reference channels, each delayed
/// by 0 to taps-1 samples. The Gram matrix is block Toeplitz, so its lags say it all.
struct Correlations {
  Index references = 0;   ///< K
  Index estimates = 0;    ///< Q
  Eigen::MatrixXd gram;   ///< taps × K·K: row τ, column i·K + j is Σ_t r_i(t) r_j(t+τ)
  Eigen::MatrixXd cross;  ///< taps × Q·K: row τ, column q·K + i is Σ_t r_i(t) e_q(t+τ)

  Index samples = 0;  ///< of each channel

  Index taps() const { return gram.rows(); }

  /// Whether filters of so many channels have as many unknowns as there are samples to explain, so
  /// that they explain anything.
  bool underdetermined(Index channels) const { return channels * taps() >= samples + taps() - 1; }

  /// Σ_t r_i(t)².
  double energy(Index i) const { return gram(0, i * references + i); }

  /// The equations with only some of the reference channels and some of the estimate channels.
  Correlations restricted_to(std::span<const Index> reference_channels,
                             std::span<const Index> estimate_channels) const;
};

/// Correlates the first `references` channels of `source` with all of its channels. Memory does
/// not grow with the length of the source.
Correlations correlate(ChannelSource& source, Index references, Index taps);

}  // namespace nmfsep
