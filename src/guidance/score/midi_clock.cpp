#include "guidance/score/midi_clock.hpp"

#include <algorithm>

namespace nmfsep {

MidiClock::MidiClock(std::uint32_t division, std::vector<MidiTempo> tempos)
    : tempos_(std::move(tempos)) {
  if ((division & 0x8000U) != 0) {
    const int frames = 256 - static_cast<int>(division >> 8U);
    ticks_a_second_ = (frames == 29 ? 30000.0 / 1001 : frames) * (division & 0xFFU);
    return;
  }
  ticks_a_quarter_ = division;
  tempos_.insert(tempos_.begin(), MidiTempo());
  std::stable_sort(tempos_.begin(), tempos_.end(),
                   [](const MidiTempo& a, const MidiTempo& b) { return a.tick < b.tick; });
  begins_.push_back(0);
  for (std::size_t i = 1; i < tempos_.size(); ++i)
    begins_.push_back(begins_[i - 1] + span(tempos_[i - 1], tempos_[i].tick));
}

double MidiClock::seconds(std::int64_t tick) const {
  if (ticks_a_second_ > 0) return static_cast<double>(tick) / ticks_a_second_;
  const auto after =
      std::upper_bound(tempos_.begin() + 1, tempos_.end(), tick,
                       [](std::int64_t at, const MidiTempo& tempo) { return at < tempo.tick; });
  const auto i = static_cast<std::size_t>(after - tempos_.begin()) - 1;
  return begins_[i] + span(tempos_[i], tick);
}

double MidiClock::span(const MidiTempo& tempo, std::int64_t tick) const {
  return static_cast<double>(tick - tempo.tick) * tempo.microseconds / 1e6 / ticks_a_quarter_;
}

}  // namespace nmfsep
