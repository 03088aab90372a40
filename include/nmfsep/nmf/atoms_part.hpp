#pragma once

#include <optional>

#include "nmfsep/nmf/joint.hpp"

namespace nmfsep {

/// Atoms of `context` frames and where they lie about the frame of their activation.
struct AtomSpan {
  Index context = 1;  ///< frames
  Index lead = 0;     ///< of these come before the activation's own
};

/// Where atoms that are learnt start, in place of chance. What is 0 stays so.
struct AtomsStart {
  Matrix W;  ///< bins × components; no column is 0
  Matrix H;  ///< components × frames of a channel, about 1
};

/// A part that is a sum of atoms over lags: R_t += Σ_c W_c · h_{t−c+lead} (Smaragdis, 2004, Proc.
/// ICA, for lead 0). With one frame it is a plain dictionary. Numerators and denominators are
/// summed over the lags, so that the cost never rises.
class AtomsPart final : public Part {
 public:
  /// Known atoms: context · bins × components, oldest frame first.
  AtomsPart(Matrix W, AtomSpan span, std::shared_ptr<const Penalty> penalty);
  /// `components` atoms to learn; their columns sum to one.
  AtomsPart(Index components, AtomSpan span, std::shared_ptr<const Penalty> penalty);
  /// Atoms of one frame to learn from a start, the same in all channels.
  AtomsPart(AtomsStart start, std::shared_ptr<const Penalty> penalty);

  /// Estimates come from these atoms instead (the same shape), each frame the mean of what overlaps
  /// there.
  void rebuild_from(Matrix atoms) { rebuilt_ = std::move(atoms); }

  /// Activations that are learnt begin at so much of the usual, a number a frame of all channels:
  /// where it is little, little is placed. Not 0, from which no update leads away.
  void begin_at(Vector weights) { weights_ = std::move(weights); }

  Index components() const override { return components_; }
  bool learns() const override { return learns_; }
  void go_on_from(PartFactors end) override { end_ = std::move(end); }
  void start(const PartStart& start) override;
  void add_model(Eigen::Ref<Matrix> R) const override;
  void update_inputs(const ModelGradient& gradient) override;
  void update_dictionary(const ModelGradient& gradient) override;
  double prior_cost(const FrameScales& frames) const override;
  void finish(float factor) override { H_ *= factor; }
  Matrix estimate() const override;

  Matrix activations() const override { return H(); }
  Matrix atoms() const override { return W_; }
  const Matrix& W() const { return W_; }
  /// components × (frames · channels).
  Matrix H() const;

 private:
  Index padding() const { return span_.context - 1; }
  Index stride() const { return frames_ + padding(); }
  /// A channel's activations of all frames.
  auto inner(Index channel) {
    return H_.middleCols(channel * stride() + padding() - span_.lead, frames_);
  }
  auto inner(Index channel) const {
    return H_.middleCols(channel * stride() + padding() - span_.lead, frames_);
  }
  void take_end(float scale);
  Matrix gather(const Matrix& gradient, Index channel) const;
  Matrix lag_sums() const;
  FrameScales frames_of(const FrameScales& all, Index channel) const;
  void penalise_inputs(const FrameScales& frames, const Matrix& H, Matrix& numerator,
                       Matrix& denominator) const;
  double penalise_dictionary(const ModelGradient& gradient, Matrix& numerator,
                             Matrix& denominator) const;
  void set_dictionary(Matrix W);
  void normalise(Matrix W);

  Index components_;
  AtomSpan span_;
  std::shared_ptr<const Penalty> penalty_;
  bool learns_;
  std::optional<AtomsStart> start_;
  std::optional<PartFactors> end_;  ///< of another job, from which this one goes on
  std::optional<Matrix> rebuilt_;
  Vector weights_;  ///< empty: all begin alike
  Index bins_ = 0, frames_ = 0, channels_ = 0;
  Matrix W_;  ///< context · bins × components, oldest frame first
  Matrix A_;  ///< the same as `latest_first`
  Matrix H_;  ///< a channel after the other, with silence as far as atoms reach beyond its ends
};

}  // namespace nmfsep
