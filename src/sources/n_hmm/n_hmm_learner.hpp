#pragma once

#include <vector>

#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/n_hmm/markov_chain.hpp"

namespace nmfsep {

/// What a non-negative hidden Markov model is learnt from.
struct NHmmFrames {
  MatrixView V;               ///< bins × frames
  std::vector<Index> starts;  ///< first frame of each sequence, rising from 0
  double draws = 0;           ///< that a frame of the mean level is worth
};

struct LearntNHmm {
  Matrix W;  ///< bins × (states · components), state after state; columns sum to one
  MarkovChain chain;
  NmfReport report;  ///< its cost is what the likelihood lacks of the most that could be, less the
                     ///< log of the prior on the chain
};

/// Learns atoms, transitions and initial probabilities by expectation and maximisation from `atoms`
/// (bins × (states · components), columns that sum to one), uniform weights and a chain without
/// preferences. Expectation: P(state | all frames) by forward-backward, and of each draw in a frame
/// the atom of that state that it comes from. Maximisation: atoms and weights by what they explain
/// of the draws, the chain by its expected steps and, as a prior, one more of each row that goes
/// everywhere alike. The cost never rises. Throws Cancelled.
LearntNHmm learn_n_hmm(const NHmmFrames& frames, Matrix atoms, Index states,
                       const NmfOptions& options, const ProgressCallback& progress = {});

/// Where to start from: `states` means of frames, as `draw_atoms` and `move_to_means` find them,
/// and of the frames most like each `components`, drawn by the seed and mixed with the mean.
Matrix n_hmm_start(const MatrixView& V, const MatrixView& means, Index components,
                   std::uint64_t seed);

}  // namespace nmfsep
