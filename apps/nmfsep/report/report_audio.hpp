#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/excerpt_source.hpp"

namespace nmfsep::cli {

/// An excerpt of a recording as a page plays it: one channel or two, at a rate that every codec
/// knows; others become the mean of all channels, and 48 kHz. Throws AudioFileError, Cancelled.
AudioBuffer playable_excerpt(AudioSource& recording, const Excerpt& excerpt,
                             const ProgressCallback& progress);

/// Sounds as a page holds them.
struct EncodedSounds {
  Container container = Container::flac;
  std::vector<std::string> files;  ///< their bytes, in the order of the sounds
};

/// All in one container: the given one, or FLAC where `most_sound_bytes` hold it, else MP3, and
/// of the channels' mean where even that is too much: every browser plays both. Files lie beside
/// `report` while they are written. Throws FileError.
EncodedSounds encode(std::span<const AudioBuffer> sounds, std::optional<Container> container,
                     const std::filesystem::path& report);

/// Bytes of sound that leave a page below 5 MB with its pictures, as text.
inline constexpr std::size_t most_sound_bytes = 2'600'000;

}  // namespace nmfsep::cli
