#pragma once

#include <vector>

#include "audio/posix_file.hpp"
#include "nmfsep/audio/audio_tags.hpp"

namespace nmfsep {

/// Appends cue points with their names to a complete WAV or RF64, which so says where they are;
/// those from sample 2³² on, which no chunk can name, are left out.
void append_cues(PosixFile& file, const std::vector<CuePoint>& cues);

}  // namespace nmfsep
