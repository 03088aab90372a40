#pragma once

#include <vector>

#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// Throws InvalidArgument unless these are two to eight sources of different valid names, each with
/// something to learn from, all at one rate.
void validate_set(const std::vector<SourceAudio>& sources);

/// From recordings of sources alone to their models, each source by itself or all together, as the
/// method does it. Every channel of every recording gives frames.
class Trainer {
 public:
  /// Throws InvalidArgument for options that are invalid, or a method that cannot train so.
  explicit Trainer(TrainingOptions options);

  /// In the order of `sources`. Throws InvalidArgument for bad names and, where they are trained
  /// together, as validate_set; AudioFileError when all is silence or there are fewer frames than
  /// atoms; Cancelled.
  std::vector<TrainedModel> train(const std::vector<SourceAudio>& sources,
                                  const ProgressCallback& progress = {}) const;

  /// The same from files, as `read_sources` takes them.
  std::vector<TrainedModel> train(const std::vector<SourceRecordings>& sources,
                                  const ReadingOptions& reading, Diagnostics& diagnostics,
                                  const ProgressCallback& progress = {}) const;

 private:
  const TrainingMethod& method_;
  TrainingOptions options_;
};

/// The models alone.
std::vector<SourceModel> models_of(const std::vector<TrainedModel>& trained);

}  // namespace nmfsep
