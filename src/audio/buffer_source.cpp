#include <algorithm>

#include "nmfsep/audio/audio_source.hpp"

namespace nmfsep {

BufferSource::BufferSource(const AudioBuffer& audio, std::string name)
    : audio_(audio),
      name_(std::move(name)),
      info_{"", audio.length(), static_cast<int>(audio.channels()), audio.sample_rate} {}

Index BufferSource::read(Eigen::Ref<Matrix> block) {
  const Index count = std::min(block.rows(), audio_.length() - position_);
  block.topRows(count) = audio_.samples.middleRows(position_, count);
  position_ += count;
  return count;
}

}  // namespace nmfsep
