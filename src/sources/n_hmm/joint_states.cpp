#include "sources/n_hmm/joint_states.hpp"

#include <algorithm>
#include <map>

#include "nmfsep/linear/columns.hpp"
#include "nmfsep/nmf/priors/combined.hpp"

namespace nmfsep {
namespace {

/// Whether one state comes before another, the last source's counting most.
struct LastCountsMost {
  bool operator()(const JointState& one, const JointState& other) const {
    return std::lexicographical_compare(one.rbegin(), one.rend(), other.rbegin(), other.rend());
  }
};

JointState state_at(const std::vector<KeptStates>& kept, Index place) {
  JointState state;
  for (const KeptStates& states : kept) {
    const auto count = static_cast<Index>(states.size());
    state.push_back(states[static_cast<std::size_t>(place % count)]);
    place /= count;
  }
  return state;
}

}  // namespace

std::vector<JointFrames> frames_of_states(
    const ChainEvidence& evidence, Index first, Index count,
    const std::function<bool(Index frame, Index place)>& chosen) {
  std::map<JointState, std::vector<JointCell>, LastCountsMost> found;
  for (Index frame = first; frame < first + count; ++frame) {
    const auto t = static_cast<std::size_t>(frame);
    for (Index place = 0; place < evidence.joint[t].size(); ++place)
      if (chosen(frame, place))
        found[state_at(evidence.kept_at(t), place)].push_back({frame, place});
  }
  std::vector<JointFrames> result;
  for (auto& [state, cells] : found) result.push_back({state, std::move(cells)});
  return result;
}

Matrix JointAtoms::atoms(const JointState& state) const {
  std::vector<Matrix> parts;
  for (std::size_t i = 0; i < state.size(); ++i) {
    const Index size = models_[i].state_components();
    parts.emplace_back(models_[i].W.middleCols(state[i] * size, size));
  }
  return side_by_side(parts);
}

Matrix JointAtoms::atoms_beside_all(std::size_t source, Index state) const {
  const Index size = models_[source].state_components();
  std::vector<Matrix> parts{models_[source].W.middleCols(state * size, size)};
  for (std::size_t i = 0; i < models_.size(); ++i)
    if (i != source) parts.push_back(models_[i].W);
  return side_by_side(parts);
}

Matrix JointAtoms::activations(const JointState& state, const MatrixView& V, int updates,
                               const ProgressCallback& progress) const {
  NmfOptions own = options_;
  own.iterations = updates;
  std::vector<AtomBlock> blocks;
  for (const NHmm& model : models_) blocks.push_back({model.name, model.state_components()});
  own.penalty = on_atoms(options_.penalty, blocks);
  return infer_activations(V, atoms(state), own, progress).H;
}

}  // namespace nmfsep
