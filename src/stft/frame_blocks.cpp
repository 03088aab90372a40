#include "nmfsep/stft/frame_blocks.hpp"

#include <algorithm>
#include <limits>

namespace nmfsep {
namespace {

constexpr Index read_frames = 65536;     ///< samples read between two signs of life
constexpr Index transform_frames = 256;  ///< frames transformed between two of them

}  // namespace

FrameBlocks::FrameBlocks(AudioSource& source, const Stft& stft, Options options)
    : source_(source), stft_(stft), options_(options), padded_(source.info().channels) {
  padded_.extend(stft.lead_frames() * stft.options().hop).setZero();
}

/// Reads until the padded signal reaches frame `end`, or pads what is left with zeros.
void FrameBlocks::read_until(Index end, const std::function<void()>& alive) {
  const StftOptions& stft = stft_.options();
  const auto missing = [&](Index last) {
    return (last - 1 - first_kept_) * stft.hop + stft.fft_size - padded_.length();
  };
  while (!ended_ && missing(end) > 0) {
    const Index wanted = std::min(read_frames, missing(end));
    const Index got = source_.read(padded_.extend(wanted));
    padded_.drop_back(wanted - got);
    read_ += got;
    ended_ = got < wanted;
    alive();
  }
  if (!ended_) return;
  const Index padding = missing(stft_.frames(read_));
  if (padding > 0) padded_.extend(padding).setZero();
}

/// The spectra of the first `count` frames that are kept.
void FrameBlocks::transform(Spectrogram& spectrogram, Index count,
                            const std::function<void()>& alive) const {
  const Index fft_size = stft_.options().fft_size;
  const Index hop = stft_.options().hop;
  const MatrixView signal = padded_.samples();
  spectrogram.channels.resize(static_cast<std::size_t>(signal.cols()));
  for (Index channel = 0; channel < signal.cols(); ++channel) {
    ComplexMatrix& spectra = spectrogram.channels[static_cast<std::size_t>(channel)];
    spectra.resize(stft_.bins(), count);
    for (Index first = 0; first < count; first += transform_frames) {
      const Index frames = std::min(transform_frames, count - first);
      stft_.transform(signal.col(channel).segment(first * hop, (frames - 1) * hop + fft_size),
                      spectra.middleCols(first, frames));
      alive();
    }
  }
}

void FrameBlocks::next(FrameBlock& block, const std::function<void()>& alive) {
  constexpr Index far = std::numeric_limits<Index>::max() / (1 << 20);
  read_until(options_.frames ? next_ + *options_.frames + options_.reach : far, alive);
  const Index all = ended_ ? stft_.frames(read_) : far;
  block.signal_length = ended_ ? std::optional(read_) : std::nullopt;
  block.first = first_kept_;
  block.before = next_ - first_kept_;
  block.frames = std::min(options_.frames.value_or(far), all - next_);
  if (block.frames == 0) return;
  const Index end = std::min(next_ + block.frames + options_.reach, all);
  transform(block.spectrogram, end - first_kept_, alive);
  next_ += block.frames;
  const Index keep = std::max<Index>(first_kept_, next_ - options_.reach);
  padded_.drop_front((keep - first_kept_) * stft_.options().hop);
  first_kept_ = keep;
}

}  // namespace nmfsep
