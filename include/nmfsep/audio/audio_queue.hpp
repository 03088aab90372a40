#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Audio on its way from one stage to the next: samples come in at the back and go at the front.
class AudioQueue {
 public:
  explicit AudioQueue(Index channels) : samples_(0, channels) {}

  Index length() const { return end_ - begin_; }

  /// All that it holds, samples × channels, the oldest first. Valid until the next change.
  MatrixView samples() const { return samples_.middleRows(begin_, length()); }

  /// `count` more samples a channel at the back, to be filled. Valid until the next change.
  Eigen::Ref<Matrix> extend(Index count);

  /// Appends samples × channels.
  void push(const MatrixView& block) { extend(block.rows()) = block; }

  /// Forgets the newest or the oldest `count` samples, of those that are there.
  void drop_back(Index count) { end_ -= count; }
  void drop_front(Index count) { begin_ += count; }

 private:
  Matrix samples_;  ///< with room before and after what is held
  Index begin_ = 0;
  Index end_ = 0;
};

}  // namespace nmfsep
