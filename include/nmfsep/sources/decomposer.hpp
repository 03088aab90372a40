#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/masking/source_estimate.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep {

/// What a decomposer makes of a mixture.
struct Decomposition {
  std::vector<SourceEstimate> sources;
  NmfReport report;
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

  /// `mixture` is bins × (frames · channels), channel after channel, as `magnitudes` lays it out.
  /// Throws InvalidArgument for a shape that the models do not fit, Cancelled.
  virtual Decomposition decompose(const MatrixView& mixture, Index channels,
                                  const ProgressCallback& progress) const = 0;
};

/// A source that nobody has trained: its atoms are learnt from the mixture itself.
struct LearntSource {
  std::string name;
  Index components = 25;
};

/// The decomposer for these models, whatever their kinds, and sources to learn beside them: the
/// kind's own where it has one for these, else the joint job. Throws InvalidArgument as
/// JointDecomposer.
std::unique_ptr<const Decomposer> make_decomposer(const std::vector<SourceModel>& models,
                                                  const std::vector<LearntSource>& learnt,
                                                  const NmfOptions& options);

}  // namespace nmfsep
