#include "nmfsep/nets/dropout.hpp"

#include <fmt/format.h>

namespace nmfsep {

std::string DropoutLayer::description() const { return fmt::format("dropout {}", probability_); }

Batch DropoutLayer::forward(Batch input, LayerMemory& memory) const {
  memory.kept.resize(0, 0);
  if (memory.random == nullptr) return input;
  const float factor = 1 / (1 - probability_);
  memory.kept.resize(input.values.rows(), input.values.cols());
  for (float& kept : memory.kept.reshaped())
    kept = memory.random->uniform() < probability_ ? 0 : factor;
  input.values.array() *= memory.kept.array();
  return input;
}

Batch DropoutLayer::backward(Batch gradient, const LayerMemory& memory,
                             Gradients /*parameters*/) const {
  if (memory.kept.size() > 0) gradient.values.array() *= memory.kept.array();
  return gradient;
}

}  // namespace nmfsep
