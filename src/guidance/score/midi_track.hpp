#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "guidance/score/midi_bytes.hpp"

namespace nmfsep {

/// A note in ticks.
struct MidiNote {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  int key = 0;
  int channel = 0;  ///< 0 to 15
};

/// From a tick on a quarter note takes so long.
struct MidiTempo {
  std::int64_t tick = 0;
  std::uint32_t microseconds = 500000;
};

/// What of a track's events counts here.
struct MidiTrack {
  std::string name = {};
  std::vector<MidiNote> notes = {};
  std::vector<MidiTempo> tempos = {};
  std::map<int, int> programs = {};  ///< the first of a channel
};

/// Reads the events of a track chunk. Throws FileError.
MidiTrack read_midi_track(MidiBytes bytes);

}  // namespace nmfsep
