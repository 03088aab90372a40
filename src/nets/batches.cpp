#include "nmfsep/nets/batches.hpp"

#include <algorithm>
#include <numeric>

namespace nmfsep {

Batches::Batches(Index examples, Index size, std::uint64_t seed)
    : random_(seed),
      order_(static_cast<std::size_t>(examples)),
      batch_(static_cast<std::size_t>(std::min(examples, size))),
      place_(order_.size()) {
  std::iota(order_.begin(), order_.end(), Index{0});
}

const std::vector<Index>& Batches::next() {
  for (Index& example : batch_) {
    if (place_ == order_.size()) {  // Fisher & Yates
      for (std::size_t i = order_.size(); i > 1; --i)
        std::swap(order_[i - 1], order_[random_.below(i)]);
      place_ = 0;
    }
    example = order_[place_++];
  }
  return batch_;
}

}  // namespace nmfsep
