#include "evaluation/projection/cross_spectra.hpp"

#include <algorithm>

#include "evaluation/block_size.hpp"
#include "evaluation/parallel.hpp"

namespace nmfsep {
namespace {

constexpr Index tile_bins = 256;  ///< bins a task sums: a few columns of them fit the L1 cache

kernels::Bins at(const Spectra& spectra, Index column, Index bin) {
  return {&spectra.re(bin, column), &spectra.im(bin, column)};
}

kernels::MutableBins at(Spectra& spectra, Index column, Index bin) {
  return {&spectra.re(bin, column), &spectra.im(bin, column)};
}

}  // namespace

CrossSpectra::CrossSpectra(Index references, Index channels, Index taps)
    : taps_(taps),
      references_(references),
      channels_(channels),
      fft_(block_fft_size(taps)),
      sums_(fft_.bins(), references * channels) {}

void CrossSpectra::add(const Signal& stretch) {
  const Index blocks = stretch.rows() / block();
  padded_.reserve(fft_.bins(), references_ * blocks);
  prolonged_.reserve(fft_.bins(), channels_ * blocks);
  parallel_for(Index{0}, channels_ * blocks, [&](Index job) {
    const Index b = job / channels_;
    const Index c = job % channels_;
    const auto samples = stretch.col(c).segment(b * block(), fft_.size());
    transform(fft_, samples, prolonged_, job);
    if (c < references_) transform(fft_, samples.head(block()), padded_, b * references_ + c);
  });
  parallel_for(Index{0}, (fft_.bins() + tile_bins - 1) / tile_bins,
               [&](Index tile) { add_tile(blocks, tile * tile_bins); });
}

/// Each bin sums the blocks in their order, whichever thread has it.
void CrossSpectra::add_tile(Index blocks, Index bin) {
  const Spectra& padded = padded_;
  const Spectra& prolonged = prolonged_;
  const Index count = std::min(tile_bins, fft_.bins() - bin);
  for (Index i = 0; i < references_; ++i)
    for (Index j = 0; j < channels_; ++j)
      for (Index b = 0; b < blocks; ++b)
        kernels::add_conjugate_product(at(padded, b * references_ + i, bin),
                                       at(prolonged, b * channels_ + j, bin),
                                       at(sums_, i * channels_ + j, bin), count);
}

void CrossSpectra::clear() {
  sums_.re.setZero();
  sums_.im.setZero();
}

}  // namespace nmfsep
