#pragma once

#include <vector>

#include "nmfsep/nets/adam.hpp"
#include "nmfsep/sources/autoencoder/autoencoder.hpp"

namespace nmfsep {

/// The inputs of a decoder on their way to what explains some frames: gradient steps from where the
/// encoder would have them. Inputs that cannot be negative move as h = eᶻ, so that they stay so and
/// small ones move in small steps; others in steps of their frame's mean. Each frame moves by
/// itself, unless the networks have time in them.
class CodeSearch {
 public:
  /// Starts at the encoder's view of `share` times V (bins × (frames · sequences)), which is not
  /// negative.
  CodeSearch(const Autoencoder& model, const MatrixView& V, Index frames, float share);

  /// What the decoder says now: bins × frames.
  const Matrix& model() const { return answer_; }
  /// One step down the gradient at R, the sum of all models.
  void step(const Matrix& gradient);
  /// Goes on with these frames alone, by their places in ascending order; of networks without time.
  void keep(const std::vector<Index>& frames);

 private:
  void decode();

  const Autoencoder& model_;
  bool is_positive_;
  Index frames_, code_frames_ = 1;  ///< of a sequence; 1 where the networks have no time in them
  Eigen::RowVectorXf
      level_;  ///< of each frame's mean, or its sequence's: times the decoder's answer
  Eigen::RowVectorXf scale_;  ///< of the inputs over z, where these may be negative
  Matrix z_, code_;           ///< components × frames
  Matrix first_, second_;     ///< Adam's means of the gradient and of its square
  int steps_ = 0;
  Tape tape_;  ///< of the decoder's answer
  Matrix answer_;
};

}  // namespace nmfsep
