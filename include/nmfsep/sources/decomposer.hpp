#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/masking/source_estimate.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/source_model.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace nmfsep {

/// What an estimate is made of, where that is atoms and activations.
struct SourceFactors {
  Matrix W;  ///< context · bins × components; only what was learnt from the mixture, else empty
  Matrix H;  ///< components × (frames · channels), laid out as the mixture; of an ensemble empty
};

/// What a decomposer makes of a mixture.
struct Decomposition {
  std::vector<SourceEstimate> sources;
  NmfReport report;
  bool are_masks = false;  ///< the sources' magnitudes are their masks, in [0, 1], already
  std::vector<SourceFactors> factors = {};  ///< one a source, or none where there are no atoms
};

/// What a decomposer remembers from one block of a mixture to the next.
class CarriedState {
 public:
  virtual ~CarriedState() = default;
};

/// Some consecutive frames of a mixture, and where they are in it.
struct MixtureBlock {
  MatrixView V;  ///< bins × (frames · channels), channel after channel, as `magnitudes`
                 ///< lays it out
  const Spectrogram* spectrogram = nullptr;  ///< of the same frames; null where none is known
  Index channels = 1;
  Index first = 0;   ///< the place of its first frame in the mixture
  Index before = 0;  ///< frames that are there for those after them only, as far as `reach`
  Index own = 0;     ///< frames after these whose estimates count; the rest are neighbours too
  CarriedState* state = nullptr;  ///< the mixture's, where the decomposer carries one

  /// A whole mixture.
  MixtureBlock(const MatrixView& whole, Index channel_count)
      : V(whole),
        channels(channel_count),
        own(channel_count > 0 ? whole.cols() / channel_count : 0) {}
};

/// Explains a mixture as a sum of sources. Built from the set of models of one job, since they
/// explain the mixture jointly. Const means safe to use from many threads.
class Decomposer {
 public:
  virtual ~Decomposer() = default;

  /// The names of the sources, in the order of `decompose`.
  virtual std::vector<std::string> source_names() const = 0;

  /// How many neighbours on each side the estimates of a frame depend on: 0 where each is explained
  /// by itself, none where the whole mixture counts. With an answer, a mixture may be decomposed
  /// in blocks that overlap so far, and their inner frames come out the same to the bit.
  virtual std::optional<Index> reach() const = 0;

  /// Activations of a frame, for what a decomposition takes of memory.
  virtual Index components() const = 0;

  /// What is carried from block to block of one mixture, at its beginning; null where each block is
  /// explained by itself, and blocks beside each other. With a state, blocks come in their order.
  virtual std::unique_ptr<CarriedState> initial_state() const { return nullptr; }

  /// Estimates of all frames of the block. Throws InvalidArgument for a shape that the models do
  /// not fit, Cancelled.
  virtual Decomposition decompose(const MixtureBlock& block,
                                  const ProgressCallback& progress) const = 0;
};

/// A source that nobody has trained: its atoms are learnt from the mixture itself.
struct LearntSource {
  std::string name;
  Index components = 25;
};

/// Explains a mixture's only block.
inline Decomposition decompose_whole(const Decomposer& decomposer, const MatrixView& mixture,
                                     Index channels, const ProgressCallback& progress = {}) {
  MixtureBlock block(mixture, channels);
  const auto state = decomposer.initial_state();
  block.state = state.get();
  return decomposer.decompose(block, progress);
}

/// The decomposer for these models, whatever their kinds, and sources to learn beside them: the
/// kind's own where it has one for these, else the joint job. Throws InvalidArgument as
/// JointDecomposer.
std::unique_ptr<const Decomposer> make_decomposer(const std::vector<SourceModel>& models,
                                                  const std::vector<LearntSource>& learnt,
                                                  const NmfOptions& options);

}  // namespace nmfsep
