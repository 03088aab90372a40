#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/random.hpp"

namespace nmfsep::test {

/// `channels` channels of white noise, each its own, uniform in (−amplitude, amplitude).
inline Matrix noise(std::uint64_t seed, Index frames, Index channels = 1, float amplitude = 1) {
  Random random(seed);
  return Matrix::NullaryExpr(frames, channels,
                             [&] { return amplitude * (2 * random.uniform() - 1); });
}

/// A sine of `frequency` Hz, mono, amplitude 0.5.
inline AudioBuffer tone(double frequency, double seconds, int sample_rate) {
  const double radians = 2 * std::numbers::pi * frequency / sample_rate;
  const auto frames = static_cast<Index>(std::lround(seconds * sample_rate));
  return {Matrix::NullaryExpr(frames, 1,
                              [&](Index n) {
                                return static_cast<float>(
                                    0.5 * std::sin(radians * static_cast<double>(n)));
                              }),
          sample_rate};
}

inline void write_audio(const std::filesystem::path& path, const AudioBuffer& audio,
                        AudioFormat format = {}) {
  AudioWriter writer(PendingFile(path, Overwrite::replace), static_cast<int>(audio.channels()),
                     audio.sample_rate, format);
  writer.write(audio.samples);
  writer.commit();
}

}  // namespace nmfsep::test
