#include "stem_stream.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <utility>

namespace nmfsep {
namespace {

StemPiece whole(Matrix samples) {
  const Index count = samples.rows();
  return {std::move(samples), 0, count};
}

}  // namespace

StemStream::StemStream(const Stft& stft, const AudioInfo& from, const AudioInfo& to)
    : stft_(stft),
      tail_(Matrix::Zero(stft.options().fft_size - stft.options().hop, from.channels)),
      padding_(stft.lead_frames() * stft.options().hop),
      same_rate_(from.sample_rate == to.sample_rate),
      resampler_(from.sample_rate, to.sample_rate, from.channels) {}

void StemStream::push(const ComplexMatrix& spectra, std::optional<Index> length, StemPiece& piece) {
  const Index frames = spectra.cols() / tail_.cols();
  const Index ready = frames * stft_.options().hop;
  piece.signal.resize(ready + tail_.rows(), tail_.cols());
  piece.signal.topRows(tail_.rows()) = tail_;
  piece.signal.bottomRows(ready).setZero();
  tbb::parallel_for(Index{0}, tail_.cols(), [&](Index channel) {
    stft_.overlap_add(spectra.middleCols(channel * frames, frames), piece.signal.col(channel));
  });
  tail_ = piece.signal.bottomRows(tail_.rows());

  piece.first = std::min(padding_, ready);
  padding_ -= piece.first;
  piece.count = ready - piece.first;
  if (length) piece.count = std::min(piece.count, *length - synthesised_);
  synthesised_ += piece.count;
  if (!same_rate_) piece = whole(resampler_.push(piece.samples()));
  given_ += piece.count;
}

void StemStream::finish(Index frames, StemPiece& piece) {
  Matrix rest = Matrix::Zero(frames - given_, tail_.cols());
  const Matrix last = resampler_.finish();
  // Resampling to a rate and back may round one frame off.
  const Index common = std::min(rest.rows(), last.rows());
  rest.topRows(common) = last.topRows(common);
  piece = whole(std::move(rest));
}

}  // namespace nmfsep
