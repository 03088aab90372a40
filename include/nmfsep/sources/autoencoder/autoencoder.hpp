#pragma once

#include "nmfsep/nets/loss.hpp"
#include "nmfsep/nets/network.hpp"
#include "nmfsep/sources/registry.hpp"

namespace nmfsep {

/// How training went after so many steps.
struct CurvePoint {
  int step = 0;
  float training = 0;  ///< mean loss of a number of a frame, on frames that were trained on
  float held_out = 0;  ///< the same on frames that were not
};

/// A source as a network: h = encoder(v), v ≈ decoder(h) for frames v of a mean of one (Smaragdis &
/// Venkataramani, 2017, ICASSP, "A neural network alternative to non-negative audio models"). The
/// decoder is the dictionary: in a mixture the encoder says where to start, and the h are found for
/// which the decoders of all sources sum to the mixture. Layers may reach over frames: then a code
/// stands for one frame or several, and the decoder says what sounds around it, as convolutive NMF
/// does (Smaragdis, 2004, ICA); levels are those of whole excerpts.
struct Autoencoder final : Model {
  Network encoder;               ///< bins → components
  Network decoder;               ///< components → bins, none negative
  float floor = 0.01F;           ///< of a frame's mean: what is quieter did not count in training
  LossKind loss = LossKind::kl;  ///< what training minimised; where it is the squared error of all
                                 ///< models of a job, their inputs are found by it too
  std::vector<CurvePoint> curve;

  std::string kind() const override;
  std::string describe_kind() const override;
  Index components() const override;
  std::string component_word() const override { return "units"; }
  std::string describe_training() const override;
  std::vector<std::pair<std::string, std::string>> facts() const override;
  Metadata details() const override;
  std::vector<Tensor> tensors() const override;
  void validate() const override;
  /// `options.penalty` is of no account to it.
  std::unique_ptr<Part> part(int member, const NmfOptions& options) const override;

  /// Whether the encoder says of no input that it is negative.
  bool has_positive_code() const;
  /// Whether what the networks say of a frame depends on its neighbours.
  bool has_time() const { return encoder.has_time() || decoder.has_time(); }
};

extern const SourceKind autoencoder_kind;

/// Most points of a training curve.
inline constexpr Index most_curve_points = 10000;

}  // namespace nmfsep
