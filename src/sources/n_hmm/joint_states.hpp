#pragma once

#include <vector>

#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/n_hmm/n_hmm.hpp"
#include "sources/n_hmm/product_chain.hpp"

namespace nmfsep {

/// A state of each source.
using JointState = std::vector<Index>;

/// A frame in a joint state: where it is in the mixture, and where that state is among those that
/// the frame keeps.
struct JointCell {
  Index frame;
  Index place;
};

/// A joint state and the frames that may be in it.
struct JointFrames {
  JointState state;
  std::vector<JointCell> cells;  ///< by frame
};

/// Of these frames, those of each joint state for which chosen(frame, place) holds; in the order of
/// states, the first source's fastest.
std::vector<JointFrames> frames_of_states(
    const ChainEvidence& evidence, Index first, Index count,
    const std::function<bool(Index frame, Index place)>& chosen);

/// What explains frames in the joint states of some models.
class JointAtoms {
 public:
  /// Both must outlive it.
  JointAtoms(const std::vector<NHmm>& models, const NmfOptions& options)
      : models_(models), options_(options) {}

  /// The atoms of a joint state, source after source.
  Matrix atoms(const JointState& state) const;
  /// Those of one state of a source, and all of the others after it.
  Matrix atoms_beside_all(std::size_t source, Index state) const;
  /// Activations of a joint state's atoms in V. Throws Cancelled where `progress` says so.
  Matrix activations(const JointState& state, const MatrixView& V, int updates,
                     const ProgressCallback& progress) const;

 private:
  const std::vector<NHmm>& models_;
  const NmfOptions& options_;
};

}  // namespace nmfsep
