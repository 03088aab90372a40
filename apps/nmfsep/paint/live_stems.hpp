#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nmfsep/sources/joint_decomposer.hpp"
#include "paint/marks.hpp"
#include "paint/painted_mixture.hpp"

namespace nmfsep::cli {

/// A stem as it is heard and seen.
struct Layer {
  std::string name;
  AudioBuffer audio;
  std::string levels;  ///< on the mixture's scale; see fill_levels
};
using Layers = std::vector<std::shared_ptr<const Layer>>;

/// The stems of a mixture while marks come and go. Where models are known and a frame's estimates
/// depend on that frame alone, only frames whose marks have changed are explained again; where
/// sources are learnt, they are learnt further. Used by one thread.
class LiveStems {
 public:
  /// `mixture` must outlive it. Throws InvalidArgument as the job's decomposer, with marks or
  /// without.
  LiveStems(const SeparationJob& job, const PaintedMixture& mixture);

  const std::vector<std::string>& names() const { return names_; }

  /// Whether sources are learnt, so that all depends on all.
  bool learns() const { return !job_.learnt.empty(); }

  /// Whether `explain_changed` serves: frames are apart, and all are explained.
  bool follows_marks() const { return are_frames_apart_ && is_explained_; }

  /// Whether `learn_on` would go on from where it stands.
  bool goes_on() const { return !factors_.empty(); }

  /// Explains the whole mixture, with at most so many updates, as `separate` does. Throws
  /// Cancelled: then all is as before.
  void explain_all(const Marks& marks, int iterations, const ProgressCallback& progress);
  int iterations() const { return job_.nmf.iterations; }

  /// Explains the frames whose marks are not those that the stems follow, and answers how many.
  Index explain_changed(const Marks& marks, const ProgressCallback& progress);

  /// Learns and explains by so many updates, from where the last that was not cancelled ended, if
  /// kinds of models allow (`goes_on` then says so); else from chance. Answers whether more would
  /// lower the cost. Layers stay until `show`. Throws Cancelled: then the updates were for
  /// nothing, and no others.
  bool learn_on(const Marks& marks, int updates, const ProgressCallback& progress);
  void show();

  /// In the order of `names`.
  const Layers& layers() const { return layers_; }

 private:
  JointDecomposer joint(int iterations) const;
  std::vector<Matrix> weights_of(const Marks& marks, std::span<const Index> frames) const;
  std::vector<Index> frames_unlike(const Marks& marks) const;
  void follow(const Marks& marks);
  void take(const Decomposition& found, const std::vector<Index>& frames);
  void renew(const std::vector<Index>& frames);

  SeparationJob job_;
  const PaintedMixture& mixture_;
  Stft stft_;
  std::vector<std::string> names_;
  std::vector<Index> all_;  ///< frames
  bool are_frames_apart_ = false;
  bool is_explained_ = false;
  std::shared_ptr<const Guide> followed_;  ///< by the stems, or by what is learnt
  std::vector<Matrix> weights_;            ///< where sources are learnt: what `followed_` says
  std::vector<SourceFactors> factors_;     ///< of what is learnt; empty where it cannot go on
  std::optional<Decomposition> found_;     ///< by `learn_on`, and not shown yet
  std::vector<Spectrogram> stems_;
  Layers layers_;
};

}  // namespace nmfsep::cli
