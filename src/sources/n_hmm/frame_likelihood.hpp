#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Frames as counts: what hidden Markov models see of V (bins × frames). A frame is a sample of a
/// multinomial distribution over bins, of as many draws as it is loud: `draws` at the mean level of
/// those that sound. Silent frames are no draws, and say nothing.
struct FrameCounts {
  Matrix shapes;          ///< bins × frames: P(bin) as observed; columns sum to one, or are 0
  Eigen::VectorXd draws;  ///< of each frame
};

FrameCounts counts_of(const MatrixView& V, double draws);

/// Σ_f shape(f) · log(model(f) / Σ model): a draw's mean log-likelihood. Where the model has
/// nothing it counts as 2⁻⁴⁰ of its sum.
double log_likelihood(const VectorView& shape, const VectorView& model);

/// Σ_f shape(f) · log shape(f), which no model surpasses.
double most_likelihood(const VectorView& shape);

}  // namespace nmfsep
