#include "evaluation/projection/correlation.hpp"

#include <algorithm>

#include "evaluation/projection/cross_spectra.hpp"

namespace nmfsep {
namespace {

constexpr Index group_blocks = 16;  ///< blocks read and transformed at once

}  // namespace

Correlations correlate(ChannelSource& source, Index references, Index taps) {
  const Index channels = source.channels();
  CrossSpectra sums(references, channels, taps);
  for (Index first = 0; first < source.samples(); first += group_blocks * sums.block()) {
    const Index blocks_left = (source.samples() - first + sums.block() - 1) / sums.block();
    const Index blocks = std::min(group_blocks, blocks_left);
    sums.add(source.stretch(first, blocks * sums.block() + taps - 1));
  }

  const Eigen::MatrixXd lags = sums.lags();
  Correlations result{
      references, channels - references, Eigen::MatrixXd(taps, references * references),
      Eigen::MatrixXd(taps, references * (channels - references)), source.samples()};
  for (Index i = 0; i < references; ++i) {
    result.gram.middleCols(i * references, references) = lags.middleCols(i * channels, references);
    for (Index q = 0; q < result.estimates; ++q)
      result.cross.col(q * references + i) = lags.col(i * channels + references + q);
  }
  return result;
}

Correlations Correlations::restricted_to(std::span<const Index> reference_channels,
                                         std::span<const Index> estimate_channels) const {
  const auto kept = static_cast<Index>(reference_channels.size());
  const auto kept_estimates = static_cast<Index>(estimate_channels.size());
  Correlations result{kept, kept_estimates, Eigen::MatrixXd(taps(), kept * kept),
                      Eigen::MatrixXd(taps(), kept_estimates * kept), samples};
  for (Index i = 0; i < kept; ++i) {
    const Index from = reference_channels[static_cast<std::size_t>(i)];
    for (Index j = 0; j < kept; ++j)
      result.gram.col(i * kept + j) =
          gram.col(from * references + reference_channels[static_cast<std::size_t>(j)]);
    for (Index q = 0; q < kept_estimates; ++q)
      result.cross.col(q * kept + i) =
          cross.col(estimate_channels[static_cast<std::size_t>(q)] * references + from);
  }
  return result;
}

}  // namespace nmfsep
