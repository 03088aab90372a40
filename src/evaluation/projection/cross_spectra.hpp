#pragma once

#include "evaluation/projection/spectra.hpp"

namespace nmfsep {

/// Cross spectra summed block by block. A block of references, padded with zeros, against the
/// same block of all channels, prolonged by taps - 1 samples: with that much padding the circular
/// correlation holds lags 0 to taps - 1 of the linear one.
class CrossSpectra {
 public:
  CrossSpectra(Index references, Index channels, Index taps);

  /// New samples of a block.
  Index block() const { return fft_.size() - taps_ + 1; }

  /// Adds blocks: `stretch` has blocks · block() + taps - 1 rows, references first.
  void add(const Signal& stretch);

  /// Lags 0 to taps-1 of every pair: column i · channels + j.
  Eigen::MatrixXd lags() const { return sequences(fft_, sums_, taps_); }

  /// Forgets what was added.
  void clear();

 private:
  void add_tile(Index blocks, Index bin);

  Index taps_, references_, channels_;
  RealFft fft_;
  Spectra sums_;
  Spectra padded_, prolonged_;  ///< of the blocks that are added; the room for them is kept
};

}  // namespace nmfsep
