#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/models/dictionary.hpp"
#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// How a dictionary is learnt from recordings of its source alone.
struct TrainerOptions {
  std::optional<StftOptions> stft;  ///< absent: StftOptions::for_sample_rate of the first file
  double magnitude_exponent = 1;    ///< V = |X|^exponent; below 1 lifts the quiet parts
  NmfOptions nmf;                   ///< number of atoms, updates, seed

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

struct TrainedDictionary {
  Dictionary dictionary;
  NmfReport report;
};

/// Learns `name`'s dictionary from audio files. Every channel of every file gives frames; digitally
/// silent frames are left out. Files at another rate than the first are resampled to it, with a
/// warning. Throws AudioFileError for a file that cannot be used, when all is silence, or when
/// there are fewer frames than atoms; InvalidArgument; Cancelled.
class Trainer {
 public:
  explicit Trainer(TrainerOptions options);

  TrainedDictionary train(const std::string& name, const std::vector<std::filesystem::path>& files,
                          Diagnostics& diagnostics, const ProgressCallback& progress = {}) const;

 private:
  TrainerOptions options_;
};

}  // namespace nmfsep
