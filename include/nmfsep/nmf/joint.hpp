#pragma once

#include <memory>
#include <span>

#include "nmfsep/core/random.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/nmf/step.hpp"

namespace nmfsep {

/// Where the parts of a job start: V is scaled to a mean in [1, 2).
struct PartStart {
  Index bins = 0;
  Index frames = 0;  ///< a channel
  Index channels = 0;
  float level = 0;  ///< of activations whose atoms sum to one, so that all together are as V
  Random& random;   ///< for what is learnt
  const Matrix& V;  ///< what is to be explained, as the job scales it, without its floor yet
  float share = 1;  ///< one by the number of parts: how much of V each may expect to be
  float scale = 1;  ///< of V over what the job was given
};

/// Where a part stood at the end of a job.
struct PartFactors {
  Matrix W;  ///< its `atoms()`; not read where they are known
  Matrix H;  ///< its `activations()`
};

/// The gradient of the divergence at the model R, split into positive − negative, and how far to
/// go along it. Matrices are bins × (frames · channels).
struct ModelGradient {
  Divergence divergence;
  const Matrix& negative;  ///< V ⊙ R^(β−2)
  const Matrix& positive;  ///< R^(β−1); empty for KL, where it is 1
  Step step;
  const FrameScales& frames;  ///< of all frames, channel after channel
};

/// What one model adds to R in a job that several share: V ≈ R = Σ_parts model(inputs). The job
/// knows neither what the inputs are nor how they move; no part sees another. Multiplicative steps
/// of all parts from one R are one step of their union, and so never raise the cost.
class Part {
 public:
  virtual ~Part() = default;

  /// Activations of a frame, and of these atoms that are learnt.
  virtual Index components() const = 0;
  virtual bool learns() const { return false; }
  /// A share of each frame's mean that the job adds to V and to R, since the part knows nothing of
  /// what is quieter: sums of atoms can be as quiet as they like. The largest of all parts counts.
  virtual float floor() const { return 0; }

  /// To start from where a job of this V ended, in place of chance. A part that is no atoms and
  /// activations starts as always.
  virtual void go_on_from(PartFactors /*end*/) {}
  virtual void start(const PartStart& start) = 0;
  /// R (bins × (frames · channels)) += the model at the inputs.
  virtual void add_model(Eigen::Ref<Matrix> R) const = 0;
  virtual void update_inputs(const ModelGradient& gradient) = 0;
  /// The same for what is learnt, with the inputs held.
  virtual void update_dictionary(const ModelGradient& /*gradient*/) {}
  /// What priors add to the cost of the scaled V, whose frames are these.
  virtual double prior_cost(const FrameScales& /*frames*/) const { return 0; }
  /// Ends the job: inputs are those of V as it was given, that is times `factor`.
  virtual void finish(float factor) = 0;
  /// What the source sounds like, bins × (frames · channels), when all is done.
  virtual Matrix estimate() const = 0;
  /// What it is made of, where that is atoms: components × (frames · channels), and as W the atoms.
  virtual Matrix activations() const { return {}; }
  virtual Matrix atoms() const { return {}; }
};

/// Finds the inputs of all parts that explain V (bins × (frames · channels), channel after channel)
/// together. `options.components` is not used; squarem takes plain steps here, and over-relaxed
/// ones where a part learns. Throws InvalidArgument for bad options, no part or an invalid V;
/// Cancelled.
NmfReport explain_jointly(const MatrixView& V, Index channels,
                          std::span<const std::unique_ptr<Part>> parts, const NmfOptions& options,
                          const ProgressCallback& progress = {});

}  // namespace nmfsep
