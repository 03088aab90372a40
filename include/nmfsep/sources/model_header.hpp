#pragma once

#include <cstdint>
#include <string>

#include "nmfsep/core/types.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// How sound becomes the matrix that a model explains. Models are used together only when
/// these agree.
struct Analysis {
  int sample_rate = 0;            ///< Hz
  StftOptions stft;               ///< windows and hop, samples
  double magnitude_exponent = 1;  ///< V = |X|^exponent

  friend bool operator==(const Analysis&, const Analysis&) = default;
};

/// "44100 Hz, FFT 2048, hop 512, hann window, magnitude exponent 1".
std::string describe(const Analysis& analysis);

/// Bins of a frame.
inline Index bins_of(const Analysis& analysis) { return analysis.stft.fft_size / 2 + 1; }

/// How a dictionary came to be; for people, and for reproducing it.
struct TrainingRecord {
  std::string method = "nmf";  ///< how atoms came to be: "nmf", "exemplars" or "convolutive"
  std::string divergence = "kl";
  int iterations = 0;
  std::uint64_t seed = 0;
  double final_cost = 0;  ///< of the divergence at the end
  double seconds = 0;     ///< of training audio
  int files = 0;          ///< of training audio
  std::string program_version;
  double available_seconds = 0;  ///< of audio that `seconds` were drawn from, if not all were used
};

/// How a mixture is separated with a model unless someone says otherwise. The defaults are what
/// separated best over many sounds (docs/quality.md); tuning writes what it chose.
struct SeparationSettings {
  double mask_exponent = 1.5;  ///< see wiener_masks
  int iterations = 50;         ///< most updates

  friend bool operator==(const SeparationSettings&, const SeparationSettings&) = default;
};

/// What every kind of source model has.
struct ModelHeader {
  std::string name;  ///< of the source; see validate_source_name
  Analysis analysis;
  TrainingRecord training;
  SeparationSettings separation;
};

/// Most frames that an atom of any kind may last.
inline constexpr int most_context = 99;

/// A source's name becomes a file name and a tensor name: 1 to 100 bytes of UTF-8 without control
/// characters or any of / \ : * ? " < > |, no leading or trailing space or dot.
/// Throws InvalidArgument naming what breaks the rule.
void validate_source_name(const std::string& name);

}  // namespace nmfsep
