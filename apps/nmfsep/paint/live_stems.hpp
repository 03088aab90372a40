#pragma once

#include <memory>
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
/// depend on that frame alone, only frames whose marks have changed are explained again. Used by
/// one thread.
class LiveStems {
 public:
  /// `mixture` must outlive it. Throws InvalidArgument as the job's decomposer.
  LiveStems(const SeparationJob& job, const PaintedMixture& mixture);

  const std::vector<std::string>& names() const { return names_; }

  /// Whether sources are learnt, so that all depends on all.
  bool learns() const { return !job_.learnt.empty(); }

  /// Whether `explain_changed` serves: frames are apart, and all are explained.
  bool follows_marks() const { return joint_ && !weights_.empty(); }

  /// Explains the whole mixture, with at most so many updates, as `separate` does. Throws
  /// Cancelled: then all is as before.
  void explain_all(const Marks& marks, int iterations, const ProgressCallback& progress);
  int iterations() const { return job_.nmf.iterations; }

  /// Explains the frames whose marks are not those that the stems follow, and answers how many.
  Index explain_changed(const Marks& marks, const ProgressCallback& progress);

  /// In the order of `names`.
  const Layers& layers() const { return layers_; }

 private:
  std::vector<Matrix> weights_of(const Marks& marks) const;
  std::vector<Index> changed_frames(const std::vector<Matrix>& weights) const;
  void take(const Decomposition& found, const std::vector<Index>& frames);
  void renew(const std::vector<Index>& frames);

  SeparationJob job_;
  const PaintedMixture& mixture_;
  Stft stft_;
  std::vector<std::string> names_;
  std::unique_ptr<const JointDecomposer> joint_;  ///< where frames are apart; else null
  std::vector<Matrix> weights_;  ///< what the stems follow, a source; empty before the first
  std::vector<Spectrogram> stems_;
  Layers layers_;
};

}  // namespace nmfsep::cli
