#pragma once

#include "nmfsep/audio/audio_queue.hpp"
#include "nmfsep/audio/audio_source.hpp"

namespace nmfsep {

/// A source, which must outlive it, that remembers what was read of it until that is taken.
class MixtureTap final : public AudioSource {
 public:
  explicit MixtureTap(AudioSource& source) : source_(source), kept_(source.info().channels) {}

  std::string name() const override { return source_.name(); }
  const AudioInfo& info() const override { return source_.info(); }

  Index read(Eigen::Ref<Matrix> block) override {
    const Index got = source_.read(block);
    kept_.push(block.topRows(got));
    frames_ += got;
    silent_ = silent_ && block.topRows(got).isZero(0);
    return got;
  }

  /// The oldest `count` frames that were not taken yet.
  Matrix take(Index count) {
    Matrix samples = kept_.samples().topRows(count);
    kept_.drop_front(count);
    return samples;
  }

  /// Frames read, and whether all were digital silence.
  Index frames() const { return frames_; }
  bool silent() const { return silent_; }

 private:
  AudioSource& source_;
  AudioQueue kept_;
  Index frames_ = 0;
  bool silent_ = true;
};

}  // namespace nmfsep
