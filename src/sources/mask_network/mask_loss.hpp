#pragma once

#include "nmfsep/sources/mask_network/mask_training.hpp"

namespace nmfsep {

/// What a step learns from.
struct MaskExample {
  Matrix features;  ///< features × frames
  Matrix target;    ///< sources · bins × frames, 0 to 1; see MaskLoss
  Matrix weight;    ///< bins × frames, |X|² scaled to 1 on the mean
  Matrix heard;     ///< sources · bins × frames, that is added to the answer; empty: nothing
};

/// Turns the network's answer in place into the gradient of the loss, which it returns: for w
/// (weight), t (target) and o, the mean target of the other sources,
///
///     L = mean over bins, frames and sources of w ((m − t)² − γ (m − o)²), or by KL of
///         −√w max(0, t − γ o) ln m
///
/// where the masks m are the soft-max over sources of `z`, sources · bins × frames, and of what is
/// heard of the dictionaries. What KL takes off leaves nothing negative, or it would have no
/// minimum; t ln t, which is constant, is left out.
double mask_loss(const MaskExample& example, const MaskNetOptions& options, Eigen::Ref<Matrix> z);

}  // namespace nmfsep
