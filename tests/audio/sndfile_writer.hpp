#pragma once

#include <sndfile.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "nmfsep/audio/audio_buffer.hpp"

namespace nmfsep::test {

/// Writes any kind of file that libsndfile knows, whatever the name ends in. `format` is an
/// SF_FORMAT_ pair.
inline void write_sndfile(const std::filesystem::path& path, const AudioBuffer& audio, int format) {
  SF_INFO info = {};
  info.channels = static_cast<int>(audio.channels());
  info.samplerate = audio.sample_rate;
  info.format = format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) throw std::runtime_error(sf_strerror(nullptr));
  sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const Matrix interleaved = audio.samples.transpose();
  const sf_count_t written = sf_write_float(file, interleaved.data(), interleaved.size());
  if (sf_close(file) != 0 || written != interleaved.size()) throw std::runtime_error("sf_write");
}

}  // namespace nmfsep::test
