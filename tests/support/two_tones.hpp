#pragma once

#include <vector>

#include "nmfsep/material/source_audio.hpp"
#include "support/sounds.hpp"

namespace nmfsep::test {

/// Two sources in memory, a low and a high tone, at 8 kHz.
inline std::vector<SourceAudio> two_tones(double seconds) {
  return {{"low", "low.wav", {swelling_tone(220, 1.5, seconds)}},
          {"high", "high.wav", {swelling_tone(523, 2.5, seconds)}}};
}

}  // namespace nmfsep::test
