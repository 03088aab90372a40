#include "nmfsep/audio/audio_queue.hpp"

#include <algorithm>

namespace nmfsep {

Eigen::Ref<Matrix> AudioQueue::extend(Index count) {
  const Index held = length();
  if (end_ + count > samples_.rows()) {
    if (held + count > samples_.rows()) {
      Matrix larger(std::max(held + count, 2 * held), samples_.cols());
      larger.topRows(held) = samples();
      samples_ = std::move(larger);
    } else {
      for (auto channel : samples_.colwise())
        std::copy_n(channel.data() + begin_, held, channel.data());
    }
    begin_ = 0;
    end_ = held;
  }
  end_ += count;
  return samples_.middleRows(end_ - count, count);
}

}  // namespace nmfsep
