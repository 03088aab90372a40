#pragma once

#include <optional>

#include "nmfsep/audio/audio_source.hpp"
#include "nmfsep/core/progress.hpp"

namespace nmfsep {

/// Where an excerpt begins, and how long it is at most; absent: to the end.
struct Excerpt {
  double start_seconds = 0;
  std::optional<double> seconds = {};

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// An excerpt of a source, which must outlive it. What comes before is read and dropped.
class ExcerptSource final : public AudioSource {
 public:
  /// `progress` is asked while samples are dropped. Throws InvalidArgument as Excerpt::validate;
  /// AudioFileError when the source is known to end before the excerpt begins.
  ExcerptSource(AudioSource& source, const Excerpt& excerpt, ProgressCallback progress = {});

  std::string name() const override { return source_.name(); }
  const AudioInfo& info() const override { return info_; }
  AudioTags tags() const override;
  /// Also throws AudioFileError when the source ends before the excerpt begins, and Cancelled.
  Index read(Eigen::Ref<Matrix> block) override;

 private:
  void drop();
  [[noreturn]] void fail(Index length, Index begin) const;

  AudioSource& source_;
  ProgressCallback progress_;
  AudioInfo info_;
  Index begin_;                ///< first sample of the source
  Index before_;               ///< samples to drop
  std::optional<Index> left_;  ///< samples of the excerpt yet to be read, if it has an end
};

}  // namespace nmfsep
