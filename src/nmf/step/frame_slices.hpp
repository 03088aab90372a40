#pragma once

#include <tbb/parallel_for.h>

#include <algorithm>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// A few frames of a slice, so few that their part of V stays in the second-level cache.
struct SliceBlock {
  Index slice, first, last;
  bool opens_slice;
};

/// V's frames in slices. They depend on V's size and the number of components alone, so sums over
/// slices have the same bits on any number of threads.
class FrameSlices {
 public:
  /// Slices are long enough that their sums are small beside their work, and take less than 1/8 of
  /// V's memory.
  FrameSlices(Index frames, Index components)
      : frames_(frames),
        count_(std::clamp<Index>(std::min(frames / 1024, frames / (8 * components)), 1, 8)) {}

  Index count() const { return count_; }

  /// Calls visit(block): the slices beside each other, the blocks of a slice in order.
  template <typename Visit>
  void for_each_block(const Visit& visit) const {
    tbb::parallel_for(Index{0}, count_, [&](Index slice) {
      const Index begin = start(slice);
      const Index end = start(slice + 1);
      for (Index first = begin; first < end; first += size)
        visit(SliceBlock{slice, first, std::min(first + size, end), first == begin});
    });
  }

 private:
  static constexpr Index size = 128;  // of a block: whole tiles of H

  /// Slices are whole blocks but for the last.
  Index start(Index slice) const {
    return slice == count_ ? frames_ : slice * frames_ / count_ / size * size;
  }

  Index frames_, count_;
};

}  // namespace nmfsep
