#pragma once

#include <functional>
#include <optional>

#include "nmfsep/audio/audio_queue.hpp"
#include "nmfsep/audio/audio_source.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace nmfsep {

/// Some consecutive frames of a mixture, and their neighbours.
struct FrameBlock {
  Spectrogram spectrogram;  ///< of `before` frames, the block's own, and some after
  Index first = 0;          ///< place of its first frame in the signal
  Index before = 0;
  Index frames = 0;                    ///< its own; 0 where the signal has ended
  std::optional<Index> signal_length;  ///< samples of the whole signal, if its end was seen
};

/// Cuts a source into blocks of STFT frames as it is read. Every frame is the own frame of one
/// block, and its spectrum is that of the whole signal's analysis.
class FrameBlocks {
 public:
  struct Options {
    std::optional<Index> frames;  ///< own frames a block; absent: all in one
    Index reach = 0;              ///< neighbours on each side, where the signal has them
  };

  /// `source` and `stft` must outlive it.
  FrameBlocks(AudioSource& source, const Stft& stft, Options options);

  /// Makes `block` the next, in the memory that it has. Calls `alive` every few milliseconds of its
  /// work, which may throw to end it.
  void next(FrameBlock& block, const std::function<void()>& alive);

 private:
  void read_until(Index end, const std::function<void()>& alive);
  void transform(Spectrogram& spectrogram, Index count, const std::function<void()>& alive) const;

  AudioSource& source_;
  const Stft& stft_;
  Options options_;
  AudioQueue padded_;  ///< from the frame `first_kept_` on
  Index first_kept_ = 0;
  Index next_ = 0;  ///< frame
  Index read_ = 0;  ///< samples
  bool ended_ = false;
};

}  // namespace nmfsep
