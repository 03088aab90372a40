#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace nmfsep {

/// A note of a score, in seconds from the score's beginning.
struct ScoreNote {
  double begin = 0;
  double end = 0;
  int key = 60;            ///< 60 is middle C, 69 is 440 Hz
  bool is_struck = false;  ///< of percussion, whose keys are instruments and no pitches

  friend bool operator==(const ScoreNote&, const ScoreNote&) = default;
};

/// What one instrument plays.
struct ScorePart {
  int number = 0;    ///< of its track or channel, from 1 on
  std::string name;  ///< of the track, or of the family of its first program, or "track-2"; no two
                     ///< parts share one
  std::vector<ScoreNote> notes;  ///< by when they begin
};

/// The notes of a Standard MIDI File.
struct MidiScore {
  bool has_tracks = true;  ///< parts are its tracks; else the channels of its only one
  std::vector<ScorePart> parts;

  /// "track" or "channel".
  std::string word() const { return has_tracks ? "track" : "channel"; }
};

/// Reads a Standard MIDI File of format 0 or 1 (MIDI 1.0, 1996): notes of all its tracks, with the
/// tempo as it changes, or times of SMPTE. Parts are the tracks that have notes, or, where only
/// one does and has notes of several channels, these channels. A note that never ends does so with
/// its track. Throws FileError naming file, byte and fault for what is no such file, and for one
/// without notes.
MidiScore read_midi(const std::filesystem::path& path);

/// The same of bytes; `name` is how messages call them.
MidiScore parse_midi(std::span<const std::byte> bytes, const std::string& name);

}  // namespace nmfsep
