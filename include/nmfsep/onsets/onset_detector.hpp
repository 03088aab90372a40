#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/core/pending_file.hpp"
#include "nmfsep/nets/network.hpp"
#include "nmfsep/onsets/peaks.hpp"

namespace nmfsep {

/// A network that says of every frame how likely a note or a stroke begins in it, from what comes
/// before and after (Eyben et al., 2010, ISMIR).
struct OnsetDetector {
  Network network;  ///< 160 features (see onset_features) to one number, a sigmoid of which …
  float threshold = 0.5;     ///< … counts as an onset where it reaches this; above 0, at most 1
  int steps = 0;             ///< that its training made
  double seconds = 0;        ///< of recordings that it learnt from
  int onsets = 0;            ///< in these
  std::string command = {};  ///< that made it
};

/// 0 to 1 of each frame of a recording, 10 ms apart. Throws InvalidArgument where there is no
/// sample.
Vector onset_strength(const OnsetDetector& detector, const AudioBuffer& audio);

/// Whether a file says that it holds a detector.
bool is_onset_detector(const std::filesystem::path& path);

/// Reads a detector. Throws ModelFileError naming the file and the fault unless every byte is as
/// `save_onset_detector` wrote it (docs/model-format.md).
OnsetDetector load_onset_detector(const std::filesystem::path& path);

/// Writes it whole or not at all. Throws FileError.
void save_onset_detector(const std::filesystem::path& path, const OnsetDetector& detector,
                         Overwrite overwrite);

}  // namespace nmfsep
