#pragma once

#include "nmfsep/nets/adam.hpp"
#include "nmfsep/nets/feature_scale.hpp"
#include "sources/mask_network/mask_examples.hpp"

namespace nmfsep {

/// A network in training: its weights, their running means and the optimiser.
class MaskLearner {
 public:
  MaskLearner(const MaskExamples& examples, const MaskNetOptions& options);
  MaskLearner(const MaskLearner&) = delete;
  MaskLearner& operator=(const MaskLearner&) = delete;

  /// One step; returns the loss before it.
  double learn(MaskExample example);

  /// The network with the running means of its weights, which takes features as they are. Training
  /// may go on.
  Network network();

 private:
  Random random_;
  Network network_;
  FeatureScale scale_;
  Adam adam_;
  MovingAverage mean_;
  MaskNetOptions options_;
};

/// What a step of such a training takes here and now.
double seconds_of_step(const MaskFold& material, const StftOptions& stft,
                       const MaskNetOptions& options);

}  // namespace nmfsep
