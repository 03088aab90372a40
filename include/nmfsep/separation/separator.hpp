#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/separation/decomposer.hpp"

namespace nmfsep {

struct SeparatorOptions {
  double mask_exponent = 1;  ///< see wiener_masks
};

struct Stem {
  std::string name;
  AudioBuffer audio;  ///< the mixture's rate, channels and length
};

struct Separation {
  std::vector<Stem> stems;
  NmfReport report;
  double residual_dbfs = 0;  ///< peak of |mixture − Σ stems| over full scale, dB; −∞ when exact
};

/// From a mixture to its stems: analysis, decomposition, masks, synthesis. Which model explains
/// the mixture is the decomposer's business alone.
class Separator {
 public:
  /// Throws InvalidArgument when the mask exponent is not positive or the analysis is invalid.
  Separator(Analysis analysis, std::unique_ptr<const Decomposer> decomposer,
            SeparatorOptions options);

  /// Stems of `mixture`. A mixture at another rate than the analysis is resampled and its stems
  /// back, with a warning that names both rates; a silent one gives silent stems and a warning.
  /// `name` is how warnings call the mixture.
  Separation separate(const AudioBuffer& mixture, const std::string& name, Diagnostics& diagnostics,
                      const ProgressCallback& progress = {}) const;

 private:
  std::vector<Stem> separate_at_model_rate(const AudioBuffer& mixture, NmfReport& report,
                                           const ProgressCallback& progress) const;

  Analysis analysis_;
  Stft stft_;
  std::unique_ptr<const Decomposer> decomposer_;
  SeparatorOptions options_;
};

}  // namespace nmfsep
