#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// Frames whose statistics are summed one frame after the other.
struct FrameBlock {
  Index frames = 0;
  std::uint64_t seed = 0;  ///< of the random start of its activations
};

/// A node of a binary tree of sums: a block, or left + right, two nodes that stand before it.
struct SumNode {
  Index block = -1;
  Index left = -1;
  Index right = -1;
};

/// The frames of one of several parties: blocks that follow each other in V, and the tree by which
/// their statistics are summed. Where the reducer's sum over the parties goes on with that tree, W
/// and H depend on the blocks and on the whole tree, not on who holds which part of it.
struct SharedFrames {
  std::vector<FrameBlock> blocks;
  std::vector<SumNode> sums;  ///< the root last; none where there are no blocks
};

/// A factorisation between two updates.
struct SharedState {
  Matrix W;          ///< bins × components, updated once more often than H
  Matrix H;          ///< components × frames of this party, in the scale of the job
  Vector rescale;    ///< what H's rows owe to W's columns
  NmfReport report;  ///< so far
};

/// The same while it is at work.
struct SharedStateView {
  MatrixView W;
  MatrixView H;
  VectorView rescale;
  const NmfReport& report;
};

/// How a job begins, and who looks on.
struct SharedJob {
  std::optional<SharedState> resume;                       ///< absent: from the random start
  std::function<void(const SharedStateView&)> after = {};  ///< called after each update of W
};

/// `factorise` for a party of several, whom `options.reducer` joins: all learn one W from the
/// frames of all. A party may have none (V is bins × 0). Throws as `factorise`, and InvalidArgument
/// for a prior, for expectation and maximisation, and for blocks that are not V's frames.
Factorisation factorise_shared(const MatrixView& V, const SharedFrames& frames,
                               const NmfOptions& options, SharedJob job = {},
                               const ProgressCallback& progress = {});

}  // namespace nmfsep
