#include "nmfsep/audio/excerpt_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr double longest = 1e9;  ///< seconds

Index samples_of(double seconds, int sample_rate) {
  return static_cast<Index>(std::llround(seconds * sample_rate));
}

}  // namespace

void Excerpt::validate() const {
  if (!(start_seconds >= 0 && start_seconds <= longest))
    throw InvalidArgument(fmt::format("start = {} s, must be 0 to {}", start_seconds, longest));
  if (seconds && !(*seconds > 0 && *seconds <= longest))
    throw InvalidArgument(
        fmt::format("duration = {} s, must be above 0 and at most {}", *seconds, longest));
}

ExcerptSource::ExcerptSource(AudioSource& source, const Excerpt& excerpt, ProgressCallback progress)
    : source_(source), progress_(std::move(progress)), info_(source.info()) {
  excerpt.validate();
  begin_ = before_ = samples_of(excerpt.start_seconds, info_.sample_rate);
  if (excerpt.seconds) left_ = std::max<Index>(1, samples_of(*excerpt.seconds, info_.sample_rate));
  if (!info_.length) return;
  if (before_ > 0 && *info_.length <= before_) fail(*info_.length, before_);
  info_.length = std::min(*info_.length - before_, left_.value_or(*info_.length));
}

AudioTags ExcerptSource::tags() const {
  AudioTags tags = source_.tags();
  for (CuePoint& cue : tags.cues) cue.sample -= begin_;
  std::erase_if(tags.cues, [this](const CuePoint& cue) {
    return cue.sample < 0 || cue.sample >= info_.length.value_or(cue.sample + 1);
  });
  return tags;
}

Index ExcerptSource::read(Eigen::Ref<Matrix> block) {
  drop();
  const Index got =
      source_.read(block.topRows(std::min(block.rows(), left_.value_or(block.rows()))));
  if (left_) *left_ -= got;
  return got;
}

void ExcerptSource::drop() {
  constexpr Index most = 65536;
  const Index begin = before_;
  while (before_ > 0) {
    Matrix block(std::min(before_, most), info_.channels);
    const Index got = source_.read(block);
    before_ -= got;
    if (got < block.rows()) fail(begin - before_, begin);
    report(progress_, {"skipping", 0, 0, {}});
  }
}

void ExcerptSource::fail(Index length, Index begin) const {
  throw AudioFileError(fmt::format("{}: ends after {:.3f} s, before the excerpt begins at {:.3f} s",
                                   name(), static_cast<double>(length) / info_.sample_rate,
                                   static_cast<double>(begin) / info_.sample_rate));
}

}  // namespace nmfsep
