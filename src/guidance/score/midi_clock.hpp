#pragma once

#include <cstdint>
#include <vector>

#include "guidance/score/midi_track.hpp"

namespace nmfsep {

/// Ticks as seconds.
class MidiClock {
 public:
  /// `division` is the file's: ticks a quarter note, or (its highest bit set) minus frames a second
  /// and ticks a frame, where tempos count for nothing. Tempos may come in any order.
  MidiClock(std::uint32_t division, std::vector<MidiTempo> tempos);

  double seconds(std::int64_t tick) const;

 private:
  double span(const MidiTempo& tempo, std::int64_t tick) const;

  double ticks_a_second_ = 0;  ///< of SMPTE; else 0
  double ticks_a_quarter_ = 1;
  std::vector<MidiTempo> tempos_;
  std::vector<double> begins_;  ///< of the tempos, in seconds
};

}  // namespace nmfsep
