#pragma once

#include "nmfsep/audio/audio_buffer.hpp"

namespace nmfsep {

inline constexpr int onset_rate = 44100;  ///< Hz that recordings are brought to
inline constexpr Index onset_hop = 441;   ///< samples: a frame every 10 ms
inline constexpr Index onset_features_count = 160;

/// The time in seconds that a frame is about, the middle of its windows.
double onset_frame_time(double frame);

/// What a network sees of a recording, 160 features × frames: the mean of its channels in mel bands
/// (40 triangles from 30 Hz to 16 kHz; O'Shaughnessy, 1987) of windows of 23 and of 46 ms, as
/// ln(1 + energy over the recording's mean), and by how much each grew since the frame before
/// (Eyben et al., 2010, ISMIR, section 2.1). Loudness of the whole does not matter. Throws
/// InvalidArgument where there is no sample.
Matrix onset_features(const AudioBuffer& audio);

}  // namespace nmfsep
