#include "evaluation/correlation.hpp"

#include <algorithm>

#include "evaluation/block_size.hpp"
#include "evaluation/parallel.hpp"
#include "evaluation/spectra.hpp"

namespace nmfsep {
namespace {

constexpr Index group_blocks = 16;  ///< blocks read and transformed at once
constexpr Index tile_bins = 256;    ///< bins a task sums: a few columns of them fit the L1 cache

/// Cross spectra summed block by block. A block of references, padded with zeros, against the
/// same block of all channels, prolonged by taps - 1 samples: with that much padding the circular
/// correlation holds lags 0 to taps - 1 of the linear one.
class CrossSpectra {
 public:
  CrossSpectra(Index references, Index channels, Index taps)
      : taps_(taps),
        references_(references),
        channels_(channels),
        fft_(block_fft_size(taps)),
        sums_(fft_.bins(), references * channels) {}

  Index block() const { return fft_.size() - taps_ + 1; }

  /// Adds blocks: `stretch` has blocks · block() + taps - 1 rows.
  void add(const Signal& stretch) {
    const Index blocks = stretch.rows() / block();
    Spectra padded(fft_.bins(), references_ * blocks);
    Spectra prolonged(fft_.bins(), channels_ * blocks);
    parallel_for(Index{0}, channels_ * blocks, [&](Index job) {
      const Index b = job / channels_;
      const Index c = job % channels_;
      const auto samples = stretch.col(c).segment(b * block(), fft_.size());
      transform(fft_, samples, prolonged, job);
      if (c < references_) transform(fft_, samples.head(block()), padded, b * references_ + c);
    });
    parallel_for(Index{0}, (fft_.bins() + tile_bins - 1) / tile_bins,
                 [&](Index tile) { add_tile(padded, prolonged, tile * tile_bins); });
  }

  /// Lags 0 to taps-1 of every pair: column i · channels + j.
  Eigen::MatrixXd lags() const { return sequences(fft_, sums_, taps_); }

 private:
  /// Each bin sums the blocks in their order, whichever thread has it.
  void add_tile(const Spectra& padded, const Spectra& prolonged, Index bin) {
    const Index count = std::min(tile_bins, fft_.bins() - bin);
    for (Index i = 0; i < references_; ++i)
      for (Index j = 0; j < channels_; ++j)
        for (Index b = 0; b < prolonged.columns() / channels_; ++b)
          kernels::add_conjugate_product(at(padded, b * references_ + i, bin),
                                         at(prolonged, b * channels_ + j, bin),
                                         at(sums_, i * channels_ + j, bin), count);
  }

  static kernels::Bins at(const Spectra& spectra, Index column, Index bin) {
    return {&spectra.re(bin, column), &spectra.im(bin, column)};
  }
  static kernels::MutableBins at(Spectra& spectra, Index column, Index bin) {
    return {&spectra.re(bin, column), &spectra.im(bin, column)};
  }

  Index taps_, references_, channels_;
  RealFft fft_;
  Spectra sums_;
};

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
  Correlations result{references, channels - references,
                      Eigen::MatrixXd(taps, references * references),
                      Eigen::MatrixXd(taps, references * (channels - references))};
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
                      Eigen::MatrixXd(taps(), kept_estimates * kept)};
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
