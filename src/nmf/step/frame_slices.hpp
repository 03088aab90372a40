#pragma once

#include <tbb/parallel_for.h>

#include <algorithm>
#include <vector>

#include "nmfsep/core/types.hpp"
#include "nmfsep/nmf/shared.hpp"

namespace nmfsep {

/// A few frames of a slice, so few that their part of V stays in the second-level cache.
struct SliceBlock {
  Index slice;  ///< where its statistics are summed
  Index first, last;
  bool opens_slice;  ///< what was there before counts no more
};

/// Statistics of a slice ← theirs + those of another.
struct SliceSum {
  Index into, from;
};

/// V's frames in slices, and the order in which the statistics of slices are summed. Both depend on
/// V's size and the number of components, or on the blocks of a shared job, alone; so the sums have
/// the same bits on any number of threads.
class FrameSlices {
 public:
  /// Slices are long enough that their sums are small beside their work, and take less than 1/8 of
  /// V's memory. They are summed in their order.
  FrameSlices(Index frames, Index components);

  /// The blocks of a shared job, summed by its tree. Statistics whose sum is known give their place
  /// to others, so that far fewer are held than there are blocks.
  explicit FrameSlices(const SharedFrames& shared);

  /// Places of statistics; at least 1.
  Index count() const { return count_; }

  /// Calls visit(block), and sum(slices) for what is summed on the way: several runs beside each
  /// other, the blocks and the sums of a run in order.
  template <typename Visit, typename Sum>
  void for_each_block(const Visit& visit, const Sum& sum) const {
    tbb::parallel_for(std::size_t{0}, runs_.size(), [&](std::size_t run) {
      for (const Step& step : runs_[run]) {
        if (step.from >= 0) sum(SliceSum{step.slice, step.from});
        for (Index first = step.first; first < step.last; first += size)
          visit(SliceBlock{step.slice, first, std::min(first + size, step.last),
                           first == step.first});
      }
    });
  }

  /// What is left to be summed then, into slice 0.
  const std::vector<SliceSum>& last_sums() const { return last_sums_; }

 private:
  static constexpr Index size = 128;  // frames of a block: whole tiles of H

  /// Frames that are visited, or where there is a `from` a sum.
  struct Step {
    Index slice;
    Index first, last;
    Index from = -1;
  };
  using Run = std::vector<Step>;

  class TreeReader;

  Index count_ = 0;
  std::vector<Run> runs_;
  std::vector<SliceSum> last_sums_;
};

}  // namespace nmfsep
