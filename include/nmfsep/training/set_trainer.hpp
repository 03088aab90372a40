#pragma once

#include <vector>

#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"
#include "nmfsep/training/training_audio.hpp"

namespace nmfsep {

/// Throws InvalidArgument unless these are two to eight sources of different valid names, each with
/// something to learn from, all at one rate.
void validate_set(const std::vector<SourceAudio>& sources);

/// How sources are trained to be told apart.
struct SetTrainerOptions : TrainingOptions {
  int ensemble = 1;             ///< members, each of other exemplars; more err less, cost more
  double mixture_seconds = 20;  ///< of training mixtures; 0: sources are rebuilt from exemplars

  SetTrainerOptions() {
    context = 3;
    nmf = usual_nmf();
  }

  /// 400 components at most, and 30 updates: more do not score more on held-out mixtures.
  static NmfOptions usual_nmf();

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// Trains paired dictionaries of two to eight sources together. Analysis atoms are exemplars:
/// frames with their neighbours, drawn from those within 60 dB of the loudest. Then training
/// mixtures are made of pieces of all sources at random places and levels (all from the seed),
/// activations are found in them, and each source's reconstruction atoms R are fitted to what the
/// source sounded like: they minimise D(V_s | R·H_s) with a prior that draws atoms which were
/// seldom active to the exemplars they came from.
class SetTrainer {
 public:
  explicit SetTrainer(SetTrainerOptions options);

  /// In the order of `sources`. Throws InvalidArgument for fewer than two or more than eight of
  /// them and for bad or equal names; AudioFileError as Trainer; Cancelled.
  std::vector<PairedDictionary> train(const std::vector<SourceAudio>& sources,
                                      const ProgressCallback& progress = {}) const;

  /// The same from files, as `read_sources` takes them.
  std::vector<PairedDictionary> train(const std::vector<SourceRecordings>& sources,
                                      Diagnostics& diagnostics,
                                      const ProgressCallback& progress = {}) const;

 private:
  SetTrainerOptions options_;
};

}  // namespace nmfsep
