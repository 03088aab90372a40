#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_source.hpp"
#include "nmfsep/masking/oracle_mask.hpp"
#include "nmfsep/sources/decomposer.hpp"

namespace nmfsep {

/// Explains a mixture by masks that know its sources: it reads them beside the mixture, block by
/// block. Blocks come with their spectrograms.
class OracleDecomposer final : public Decomposer {
 public:
  using Sources = std::vector<std::unique_ptr<AudioSource>>;

  struct Options {
    std::vector<std::string> names;  ///< of the sources
    StftOptions stft;
    Index block_frames;  ///< own frames of every block but the last
    OracleMask mask;
  };

  /// `open` gives the sources at their beginning.
  OracleDecomposer(Options options, std::function<Sources()> open);

  std::vector<std::string> source_names() const override { return options_.names; }
  std::optional<Index> reach() const override { return 0; }
  Index components() const override { return 0; }
  std::unique_ptr<CarriedState> initial_state() const override;
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  class Reading;

  Options options_;
  Stft stft_;
  std::function<Sources()> open_;
};

}  // namespace nmfsep
