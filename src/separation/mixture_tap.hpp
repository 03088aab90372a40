#pragma once

#include <mutex>

#include "nmfsep/audio/audio_queue.hpp"
#include "nmfsep/audio/audio_source.hpp"

namespace nmfsep {

/// A source, which must outlive it, that remembers what was read of it until that is taken, perhaps
/// by another thread.
class MixtureTap final : public AudioSource {
 public:
  explicit MixtureTap(AudioSource& source) : source_(source), kept_(source.info().channels) {}

  std::string name() const override { return source_.name(); }
  const AudioInfo& info() const override { return source_.info(); }

  Index read(Eigen::Ref<Matrix> block) override {
    const Index got = source_.read(block);
    length_ += got;
    silent_ = silent_ && block.topRows(got).isZero(0);
    const std::lock_guard lock(mutex_);
    kept_.push(block.topRows(got));
    return got;
  }

  /// Takes the oldest `count` samples that were not taken yet.
  void take(Index count, Matrix& samples) {
    const std::lock_guard lock(mutex_);
    samples = kept_.samples().topRows(count);
    kept_.drop_front(count);
  }

  /// Frames read, and whether all were digital silence.
  Index length() const { return length_; }
  bool silent() const { return silent_; }

 private:
  AudioSource& source_;
  std::mutex mutex_;
  AudioQueue kept_;  ///< guarded by it
  Index length_ = 0;
  bool silent_ = true;
};

}  // namespace nmfsep
