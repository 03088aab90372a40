#pragma once

#include <memory>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/audio/audio_queue.hpp"
#include "nmfsep/audio/audio_source.hpp"

namespace nmfsep {

/// Audio at another sample rate as it comes, through soxr at its very-high-quality setting: linear
/// phase, no delay; unchanged where the rates are equal. How it is cut into blocks changes no
/// sample.
class Resampler {
 public:
  /// Rates in Hz. Throws InvalidArgument unless they are positive.
  Resampler(int from_rate, int to_rate, Index channels);
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;

  /// Takes samples × channels, and answers what is ready: late, since a filter needs what follows.
  Matrix push(const MatrixView& block);

  /// The rest, so that there are round(length · to_rate / from_rate) in all. Call once, last.
  Matrix finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A source, which must outlive it, at another sample rate.
class ResampledSource final : public AudioSource {
 public:
  ResampledSource(AudioSource& source, int to_rate);

  std::string name() const override { return source_.name(); }
  const AudioInfo& info() const override { return info_; }
  Index read(Eigen::Ref<Matrix> block) override;

 private:
  AudioSource& source_;
  AudioInfo info_;
  Resampler resampler_;
  AudioQueue ready_;
  bool ended_ = false;
};

/// How many samples `length` become: length · to_rate / from_rate, rounded to nearest.
Index resampled_length(Index length, int from_rate, int to_rate);

/// `audio` at another sample rate (Hz), as Resampler. Throws InvalidArgument when `to_rate` is not
/// positive.
AudioBuffer resample(const AudioBuffer& audio, int to_rate);

}  // namespace nmfsep
