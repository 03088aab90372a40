#pragma once

#include "nmfsep/sources/decomposer.hpp"

namespace nmfsep {

/// How what sustains is told from what strikes.
struct HpssOptions {
  int harmonic_frames = 31;  ///< of the median along time, odd: longer asks for longer notes
  int percussive_bins =
      31;  ///< of the median along frequency, odd: longer asks for broader strokes
  double harmonic_margin = 1;  ///< how many times the other a part must be, from 1; above 1 what is
  double percussive_margin = 1;  ///< clearly neither is a third source, the residual
  double mask_exponent = 2;      ///< of the soft masks: 1 splits by magnitude, 2 by power

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// Harmonic and percussive parts by median filters: a tone is a line along time in the spectrogram,
/// a stroke one along frequency (Fitzgerald, 2010, Proc. DAFx); with margins as Driedger, Müller &
/// Disch (2014, Proc. ISMIR). Nothing is learnt. Masks are librosa's (`decompose.hpss`), whose
/// filters reflect the spectrogram at its edges.
class HpssDecomposer final : public Decomposer {
 public:
  /// Throws InvalidArgument as HpssOptions::validate.
  explicit HpssDecomposer(const HpssOptions& options);

  /// "harmonic", "percussive" and, with margins, "residual".
  std::vector<std::string> source_names() const override;
  std::optional<Index> reach() const override { return options_.harmonic_frames / 2; }
  Index components() const override { return 0; }
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  bool has_residual() const {
    return options_.harmonic_margin > 1 || options_.percussive_margin > 1;
  }

  void mask(std::vector<SourceEstimate>& sources) const;

  HpssOptions options_;
};

}  // namespace nmfsep
