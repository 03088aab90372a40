#include "array_source.hpp"

#include <algorithm>

#include "nmfsep/core/errors.hpp"

namespace nmfsep::python {

ArraySource::ArraySource(const FloatRows& array, int sample_rate, std::string name)
    : samples_(columns_of(array)), name_(std::move(name)) {
  const auto require = [&](bool rule, const std::string& message) {
    if (!rule) throw InvalidArgument(name_ + ": " + message);
  };
  require(samples_.size() > 0, "is empty, must be channels × samples");
  require(samples_.cols() <= 64, std::to_string(samples_.cols()) +
                                     " channels, must be at most 64: channels come first, then "
                                     "samples");
  require(samples_.allFinite(), "has NaN or infinity, must be finite");
  require(sample_rate >= 1, "sample_rate = " + std::to_string(sample_rate) + ", must be positive");
  info_.length = samples_.rows();
  info_.channels = static_cast<int>(samples_.cols());
  info_.sample_rate = sample_rate;
}

Index ArraySource::read(Eigen::Ref<Matrix> block) {
  const Index count = std::min(block.rows(), samples_.rows() - position_);
  block.topRows(count) = samples_.middleRows(position_, count);
  position_ += count;
  return count;
}

}  // namespace nmfsep::python
