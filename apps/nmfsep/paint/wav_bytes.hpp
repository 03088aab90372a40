#pragma once

#include <string>

#include "nmfsep/audio/audio_buffer.hpp"

namespace nmfsep::cli {

/// The bytes of a WAV file of 16 bits, limited to full scale, as every browser plays it.
std::string wav_bytes(const AudioBuffer& audio);

}  // namespace nmfsep::cli
