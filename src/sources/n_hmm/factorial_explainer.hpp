#pragma once

#include <functional>
#include <vector>

#include "nmfsep/core/progress_gate.hpp"
#include "sources/n_hmm/frame_likelihood.hpp"
#include "sources/n_hmm/joint_states.hpp"

namespace nmfsep {

/// How hidden Markov models explain a channel together.
struct FactorialOptions {
  NmfOptions search;  ///< for activations in a joint state
  int looks = 10;     ///< updates after which joint states are told apart
  /// Joint states that are counted exactly; beyond, a frame keeps at most …
  Index most_joint_states = 4096;
  Index most_kept_states = 1024;  ///< … so many
};

/// Explains one channel: see NHmmDecomposer.
class FactorialExplainer {
 public:
  /// All of these must outlive it.
  FactorialExplainer(const std::vector<NHmm>& models, const FactorialOptions& options,
                     const MatrixView& V, ProgressGate& steps);

  /// Activations of all sources, weighted by posteriors: atoms of all models × frames. Advances two
  /// steps a frame.
  Matrix explain();
  /// What the log-likelihood of the frames, as draws, lacks of the most that could be; once they
  /// are explained.
  double cost() const { return cost_; }

 private:
  using Chosen = std::function<bool(Index frame, Index place)>;
  using Work = std::function<Matrix(const JointFrames& frames)>;
  using Take = std::function<void(const JointFrames& frames, const Matrix& result)>;

  std::vector<std::vector<KeptStates>> kept_states();
  Matrix evaluate_beside_all(std::size_t source);
  void for_each_state(const Chosen& chosen, const Work& work, const Take& take);
  Matrix activations(const JointFrames& frames, int updates) const;
  Matrix evaluate(const JointFrames& frames);
  void keep_probable();
  void add(const JointFrames& frames, const Matrix& activations);
  float& posterior(Index frame, Index place) {
    return evidence_.joint[static_cast<std::size_t>(frame)](place);
  }

  const std::vector<NHmm>& models_;
  const FactorialOptions& options_;
  const int looks_;
  const JointAtoms atoms_;
  const MatrixView& V_;
  ProgressGate& steps_;
  FrameCounts counts_;
  ChainEvidence evidence_;
  Matrix H_;
  double cost_ = 0;
};

}  // namespace nmfsep
