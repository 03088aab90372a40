#pragma once

#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"

namespace nmfsep {

/// All channels of all recordings one after the other, of mean power one.
Vector joined_track(const std::vector<AudioBuffer>& recordings);

}  // namespace nmfsep
