#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nmfsep/core/progress.hpp"
#include "nmfsep/nets/activation.hpp"
#include "nmfsep/nets/loss.hpp"
#include "nmfsep/sources/autoencoder/autoencoder.hpp"

namespace nmfsep {

/// How an autoencoder is built and trained. The defaults are what separated voices best
/// (docs/neural.md).
struct AutoencoderOptions {
  int layers = 2;          ///< in all, half of them encode: even; 2 is shallow, 4 bend more
  Index width = 200;       ///< units between input and code, and between code and output
  Index components = 100;  ///< units of the code
  int context = 1;         ///< frames that each layer spans; 1: frames are taken by themselves
  int stride = 1;          ///< frames that a frame of the code stands for, at most `context`
  Activation activation = Activation::relu;  ///< of all layers; where it may be negative or is
                                             ///< bounded, the last has max(0, x)
  LossKind loss = LossKind::kl;
  double sparsity = 0.1;        ///< λ of λ‖H‖₁: more gives fewer and plainer units
  double weight_decay = 0;      ///< so much of each weight is lost a step, times the rate
  double learning_rate = 2e-3;  ///< of the first step; a half cosine brings it to 0
  int epochs = 0;               ///< passes over the frames; 0: as many as make `usual_steps`
  Index batch = 128;            ///< frames of a step
  double dropout = 0;           ///< so many of the units beside input, code and output are left out
                                ///< of a step, by chance; below 1
  int held_out = 10;            ///< one in so many stretches of frames judges the weights; 0: none
  std::uint64_t seed = 0;

  /// Networks are best stopped early, as NMF is: 500 where they are shallow, else 700.
  int usual_steps() const;
  bool is_shallow() const { return layers == 2; }

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  friend bool operator==(const AutoencoderOptions&, const AutoencoderOptions&) = default;
};

/// What training made.
struct TrainedAutoencoder {
  Network encoder, decoder;
  float floor = 0;
  std::vector<CurvePoint> curve;
  int steps = 0;    ///< made
  double loss = 0;  ///< of a number of a held-out frame at the weights that are kept
};

/// Trains on `frames` (bins × frames, none of them silent), each brought to a mean of one, since a
/// source sounds alike loud or soft. Layers that span several frames train on excerpts of 32, in
/// the frames' order, as far as they are within 60 dB of the loudest. A tenth of them, in
/// stretches, is held out: training stops where these get no better, and the best weights are kept.
/// KL with the floor on both sides; Adam on batches by the seed; weights are running means. Throws
/// InvalidArgument, Cancelled.
TrainedAutoencoder train_autoencoder(const MatrixView& frames, const AutoencoderOptions& options,
                                     const ProgressCallback& progress = {});

/// The linear autoencoder of least squared error, in closed form: code = Wᵀ·v, output W·code cut at
/// 0, where W's columns are the directions in which the frames, each brought to a mean of one, have
/// most energy (Baldi & Hornik, 1989, Neural Networks 2). Gradient descent on linear layers ends in
/// the same subspace. Throws InvalidArgument as above, and for more components than frames or bins;
/// Cancelled.
TrainedAutoencoder train_pca(const MatrixView& frames, Index components,
                             const ProgressCallback& progress = {});

}  // namespace nmfsep
