#pragma once

#include <vector>

#include "nmfsep/material/source_audio.hpp"

namespace nmfsep {

/// Recordings without a stretch, and that stretch of each.
struct HeldOutStretch {
  std::vector<SourceAudio> training;
  std::vector<SourceAudio> held;
};

/// Holds out from `begin` to `end` of every recording, as parts of its length.
HeldOutStretch hold_out(const std::vector<SourceAudio>& sources, double begin, double end);

/// Whether mixtures of these tell anything: half a second of each source, and more than silence.
bool is_audible(const std::vector<SourceAudio>& sources);

}  // namespace nmfsep
