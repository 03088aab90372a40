#include "stem_stream.hpp"

#include <algorithm>

namespace nmfsep {

StemStream::StemStream(const Stft& stft, const AudioInfo& from, const AudioInfo& to)
    : stft_(stft),
      tail_(Matrix::Zero(stft.options().fft_size - stft.options().hop, from.channels)),
      padding_(stft.lead_frames() * stft.options().hop),
      resampler_(from.sample_rate, to.sample_rate, from.channels) {}

Matrix StemStream::push(const std::vector<ComplexMatrix>& spectra, std::optional<Index> length) {
  const Index ready = spectra.front().cols() * stft_.options().hop;
  Matrix signal = Matrix::Zero(ready + tail_.rows(), tail_.cols());
  signal.topRows(tail_.rows()) = tail_;
  for (Index channel = 0; channel < signal.cols(); ++channel)
    stft_.overlap_add(spectra[static_cast<std::size_t>(channel)], signal.col(channel));
  tail_ = signal.bottomRows(tail_.rows());

  const Index skip = std::min(padding_, ready);
  padding_ -= skip;
  Index count = ready - skip;
  if (length) count = std::min(count, *length - synthesised_);
  synthesised_ += count;
  Matrix samples = resampler_.push(signal.middleRows(skip, count));
  given_ += samples.rows();
  return samples;
}

Matrix StemStream::finish(Index frames) {
  Matrix rest = Matrix::Zero(frames - given_, tail_.cols());
  const Matrix last = resampler_.finish();
  // Resampling to a rate and back may round one frame off.
  const Index common = std::min(rest.rows(), last.rows());
  rest.topRows(common) = last.topRows(common);
  return rest;
}

}  // namespace nmfsep
