#include "material/track.hpp"

#include <cmath>

namespace nmfsep {

Vector joined_track(const std::vector<AudioBuffer>& recordings) {
  Index samples = 0;
  for (const AudioBuffer& audio : recordings) samples += audio.samples.size();
  Vector track(samples);
  samples = 0;
  for (const AudioBuffer& audio : recordings) {
    track.segment(samples, audio.samples.size()) = audio.samples.reshaped();
    samples += audio.samples.size();
  }
  const double power = track.cast<double>().squaredNorm() / static_cast<double>(track.size());
  return track / static_cast<float>(std::sqrt(power));
}

}  // namespace nmfsep
