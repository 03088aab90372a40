#pragma once

#include "nmfsep/sources/decomposer.hpp"
#include "nmfsep/sources/n_hmm/n_hmm.hpp"
#include "sources/n_hmm/factorial_explainer.hpp"

namespace nmfsep {

/// Sources that are all hidden Markov models, as one factorial model: each frame is in a joint
/// state, a state of each source, whose atoms explain it together, and a posterior over joint
/// states follows from all frames of a channel. A source's activations are those of the joint
/// states, weighted by their posterior, and of as many draws as the model with the fewest has.
///
/// Exact up to so many joint states as the options say. Beyond, each frame keeps the states of each
/// source that explain it best beside all atoms of the others, equally many of each source. The
/// cost that it reports is what the log-likelihood lacks of the most that could be, in nats.
class NHmmDecomposer final : public Decomposer {
 public:
  /// Throws InvalidArgument when there is none, two share a name, models see differently (both are
  /// named), or the options are invalid.
  NHmmDecomposer(std::vector<NHmm> models, FactorialOptions options);

  std::vector<std::string> source_names() const override;
  /// Frames depend on all others through their states.
  std::optional<Index> reach() const override { return std::nullopt; }
  /// With what is kept of each joint state.
  Index components() const override;
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  std::vector<NHmm> models_;
  FactorialOptions options_;
};

}  // namespace nmfsep
