#pragma once

#include <string>
#include <vector>

#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/tuning/levers.hpp"

namespace nmfsep {

struct TunerOptions {
  double budget_seconds = 300;  ///< for the search and the last training together
  std::uint64_t seed = 0;
  int most_choices = 0;  ///< to try; 0 = as many as there is time for. The same on any machine.
  bool exact = false;    ///< every choice searches on all rows and atoms, and so will the models

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// What became of one choice, on mixtures of material that it was not trained on.
struct Trial {
  TrainingOptions choice;
  double sdr = 0;  ///< mean over sources and mixtures, BSS Eval version 3, dB
  double sir = 0;
  double sar = 0;
  int mixtures = 0;    ///< fewer than all when it fell behind early
  double seconds = 0;  ///< that it took
};

/// How much a lever moved the score.
struct LeverEffect {
  std::string lever;
  double gain = 0;  ///< mean SDR of its best value over that of its worst, dB, all else equal
  int values = 0;   ///< that were tried
};

struct TuningResult {
  std::vector<Trial> trials;  ///< the best first
  Trial usual;                ///< what the usual choice reached, and …
  Trial reached;              ///< … what `best` did; if anything was searched
  TrainingOptions best;
  std::vector<LeverEffect> effects;  ///< the largest first
  std::vector<SourceModel> models;   ///< trained as `best` says on all material
  bool searched = false;             ///< not where time was over before the first trial, nor …
  bool enough_material = true;       ///< … where there is too little material to hold some out
  bool interrupted = false;          ///< the best until then
};

/// Chooses how to train and separate by the measure that counts: mean SDR on held-out material
/// (`split_in_time` in two ways). The search starts from the usual choice and moves one lever at a
/// time to where the score is best, as long as something gains and time is left. A value that falls
/// behind on the first split is not tried on the second. What a choice scores depends on the seed
/// alone; how far the search comes, on the time, unless `most_choices` ends it.
class Tuner {
 public:
  explicit Tuner(TunerOptions options);

  /// Throws as Trainer. `progress` is told how many trials are done, of `most_choices` or, as 0, of
  /// as many as there is time for. When it answers cancel the search ends, and the best until then
  /// is trained.
  TuningResult tune(const std::vector<SourceAudio>& sources, Diagnostics& diagnostics,
                    const ProgressCallback& progress = {}) const;

 private:
  TunerOptions options_;
};

}  // namespace nmfsep
