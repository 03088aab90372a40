#pragma once

#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// The complex spectra of every channel of a recording, and what is needed to go back.
struct Spectrogram {
  std::vector<ComplexMatrix> channels;  ///< bins × frames each
  Index samples = 0;                    ///< length of the signal
  int sample_rate = 0;                  ///< Hz
};

/// Transforms every channel of `audio`.
Spectrogram analyse(const AudioBuffer& audio, const Stft& stft);

/// Back to audio: the inverse of `analyse`.
AudioBuffer synthesise(const Spectrogram& spectrogram, const Stft& stft);

/// |X|^exponent of all channels side by side: bins × (frames · channels), channel after channel.
/// A factorisation sees the channels as more frames of the same sound.
Matrix magnitudes(const Spectrogram& spectrogram, double exponent);

/// The same into `result`, in the memory that it has.
void magnitudes(const Spectrogram& spectrogram, double exponent, Matrix& result);

}  // namespace nmfsep
