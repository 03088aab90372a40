#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/models/dictionary.hpp"
#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// How atoms come to be.
enum class TrainingMethod {
  nmf,        ///< learnt by KL-NMF: a few that sum up what the source does
  exemplars,  ///< frames of the training, drawn from the seed: hundreds, with nothing to learn
};

/// "nmf" or "exemplars".
std::string to_string(TrainingMethod method);
/// The inverse. Throws InvalidArgument for another text.
TrainingMethod training_method_from_string(std::string_view text);

/// How a dictionary is learnt from recordings of its source alone.
struct TrainerOptions {
  TrainingMethod method = TrainingMethod::nmf;
  std::optional<StftOptions> stft;  ///< absent: StftOptions::for_sample_rate of the first file
  double magnitude_exponent = 1;    ///< V = |X|^exponent; below 1 lifts the quiet parts
  NmfOptions nmf;                   ///< number of atoms, seed; exemplars need no updates

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

struct TrainedDictionary {
  Dictionary dictionary;
  NmfReport report;  ///< without updates and cost for exemplars
};

/// Learns `name`'s dictionary from audio files. Every channel of every file gives frames; digitally
/// silent frames are left out, and exemplars are drawn from those within 60 dB of the loudest.
/// Files at another rate than the first are resampled to it, with a warning. Throws AudioFileError
/// for a file that cannot be used, when all is silence, or when there are fewer frames than atoms;
/// InvalidArgument; Cancelled.
class Trainer {
 public:
  explicit Trainer(TrainerOptions options);

  TrainedDictionary train(const std::string& name, const std::vector<std::filesystem::path>& files,
                          Diagnostics& diagnostics, const ProgressCallback& progress = {}) const;

 private:
  TrainerOptions options_;
};

}  // namespace nmfsep
