#pragma once

#include "nmfsep/audio/audio_buffer.hpp"

namespace nmfsep {

/// `audio` at another sample rate (Hz), through soxr at its very-high-quality setting: linear
/// phase, no delay. The result has round(frames · to_rate / from_rate) frames.
/// Throws InvalidArgument when `to_rate` is not positive.
AudioBuffer resample(const AudioBuffer& audio, int to_rate);

}  // namespace nmfsep
