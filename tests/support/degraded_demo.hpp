#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_file.hpp"
#include "support/paths.hpp"
#include "support/synthetic_signals.hpp"

namespace nmfsep::test {

/// The demo's stems, and estimates made of them that no machine makes differently, as
/// `tests/reference/demo.py` makes them too.
struct DegradedDemo {
  std::vector<std::string> names = {"bass", "drums", "piano"};
  std::vector<Signal> references;
  std::vector<Signal> estimates;  ///< whole floats
  int sample_rate = 0;
};

/// Filtered, with leakage of the next source and noise.
inline Signal degraded(const std::vector<Signal>& references, std::size_t j) {
  const Signal& own = references[j];
  const Signal& other = references[(j + 1) % references.size()];
  const Index samples = own.rows();
  Random random(j);
  Signal estimate = 0.5 * own + 0.01 * coloured_noise(random, {j, 1, 1, samples}, 0.5);
  estimate.bottomRows(samples - 1) += 0.25 * own.topRows(samples - 1);
  estimate.bottomRows(samples - 3) += 0.125 * other.topRows(samples - 3);
  return estimate.cast<float>().cast<double>();
}

inline DegradedDemo degraded_demo() {
  DegradedDemo demo;
  const std::filesystem::path folder = project_folder() / "data/test";
  for (const std::string& name : demo.names) {
    const AudioBuffer audio = read_audio(folder / (name + ".flac"));
    demo.references.push_back(audio.samples.cast<double>());
    demo.sample_rate = audio.sample_rate;
  }
  for (std::size_t j = 0; j < demo.names.size(); ++j)
    demo.estimates.push_back(degraded(demo.references, j));
  return demo;
}

}  // namespace nmfsep::test
