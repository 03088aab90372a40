#pragma once

#include <filesystem>
#include <string>

#include "nmfsep/stft/analysis.hpp"
#include "nmfsep/stft/spectrogram.hpp"
#include "separate/separate_track.hpp"

namespace nmfsep::cli {

/// What is painted on: a recording whole, at the rate of its analysis.
struct PaintedMixture {
  std::filesystem::path path;
  Analysis analysis;
  AudioBuffer audio;
  Spectrogram spectrogram;
  Matrix V;            ///< bins × (frames · channels)
  float loudest = 0;   ///< power of the loudest bin, channels averaged
  std::string levels;  ///< see fill_levels

  Index channels() const { return audio.channels(); }
  Index frames() const { return spectrogram.channels.front().cols(); }
  Index bins() const { return spectrogram.channels.front().rows(); }
};

/// Reads the file as `job` would analyse it. Throws AudioFileError, also before it and its stems
/// would take more memory than there is.
PaintedMixture read_mixture(const std::filesystem::path& path, const SeparationJob& job);

/// Levels below the loudest bin that are still told, dB.
constexpr double floor_db = -80;

/// Sets the bytes of these frames in `levels`, a byte a bin, frame after frame from 0 Hz on: 0 for
/// floor_db or less below a power of `loudest`, 255 for as much, in equal steps of dB.
void fill_levels(const Spectrogram& spectrogram, float loudest, Index first, Index count,
                 std::string& levels);

}  // namespace nmfsep::cli
