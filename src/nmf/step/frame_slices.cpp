#include "nmf/step/frame_slices.hpp"

namespace nmfsep {
namespace {

constexpr Index most_runs = 8;

}  // namespace

FrameSlices::FrameSlices(Index frames, Index components)
    : count_(std::clamp<Index>(std::min(frames / 1024, frames / (8 * components)), 1, most_runs)) {
  const auto start = [&](Index slice) {  // whole blocks but for the last
    return slice == count_ ? frames : slice * frames / count_ / size * size;
  };
  for (Index slice = 0; slice < count_; ++slice) {
    runs_.push_back({{slice, start(slice), start(slice + 1)}});
    if (slice > 0) last_sums_.push_back({0, slice});
  }
}

/// Makes runs of the subtrees that a few cuts from the root leave, and last sums of what was cut.
class FrameSlices::TreeReader {
 public:
  TreeReader(const SharedFrames& shared, FrameSlices& slices) : shared_(shared), slices_(slices) {
    starts_.push_back(0);
    for (const FrameBlock& block : shared.blocks) starts_.push_back(starts_.back() + block.frames);
    for (const SumNode& sum : shared.sums)
      frames_.push_back(sum.block >= 0 ? shared.blocks[at(sum.block)].frames
                                       : frames_[at(sum.left)] + frames_[at(sum.right)]);
  }

  void read() {
    if (shared_.sums.empty()) return;
    std::vector<Index> roots{static_cast<Index>(shared_.sums.size()) - 1};
    std::vector<Index> cut;
    while (static_cast<Index>(roots.size()) < most_runs && cut_longest(roots, cut)) {
    }
    std::vector<Index> places(shared_.sums.size(), -1);
    for (const Index root : roots) {
      Run& run = slices_.runs_.emplace_back();
      places[at(root)] = slices_.count_;
      slices_.count_ += add(root, slices_.count_, run);
    }
    for (std::size_t i = cut.size(); i-- > 0;) {  // a node was cut before those below it
      const SumNode& sum = shared_.sums[at(cut[i])];
      places[at(cut[i])] = places[at(sum.left)];
      slices_.last_sums_.push_back({places[at(sum.left)], places[at(sum.right)]});
    }
  }

 private:
  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

  /// Puts its two halves in the place of the root with the most frames that has halves.
  bool cut_longest(std::vector<Index>& roots, std::vector<Index>& cut) const {
    auto longest = roots.end();
    for (auto root = roots.begin(); root != roots.end(); ++root)
      if (shared_.sums[at(*root)].block < 0 &&
          (longest == roots.end() || frames_[at(*root)] > frames_[at(*longest)]))
        longest = root;
    if (longest == roots.end()) return false;
    const SumNode& sum = shared_.sums[at(*longest)];
    cut.push_back(*longest);
    *longest = sum.left;
    roots.insert(longest + 1, sum.right);
    return true;
  }

  /// The steps of a subtree, whose sum ends in `place`. Answers how many places it takes.
  Index add(Index root, Index place, Run& run) const {
    const SumNode& sum = shared_.sums[at(root)];
    if (sum.block >= 0) {
      run.push_back({place, starts_[at(sum.block)], starts_[at(sum.block) + 1]});
      return 1;
    }
    const Index left = add(sum.left, place, run);
    const Index right = add(sum.right, place + 1, run);
    run.push_back({place, 0, 0, place + 1});
    return std::max(left, right + 1);
  }

  const SharedFrames& shared_;
  FrameSlices& slices_;
  std::vector<Index> starts_;  ///< of blocks, and the end of the last
  std::vector<Index> frames_;  ///< of nodes
};

FrameSlices::FrameSlices(const SharedFrames& shared) {
  TreeReader(shared, *this).read();
  count_ = std::max<Index>(count_, 1);
}

}  // namespace nmfsep
