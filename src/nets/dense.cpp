#include "nmfsep/nets/dense.hpp"

#include <fmt/format.h>

#include "nmfsep/linear/multiply.hpp"

namespace nmfsep {

std::string DenseLayer::description() const {
  return fmt::format("dense {} {}", W_.cols(), W_.rows());
}

Batch DenseLayer::forward(Batch input, LayerMemory& memory) const {
  memory.input = std::move(input.values);
  return {multiply(as_it_lies(W_), as_it_lies(memory.input)), input.frames};
}

Batch DenseLayer::backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const {
  Matrix back = multiply(transposed(W_), as_it_lies(gradient.values));
  const Index frames = gradient.frames;
  learn(std::move(gradient), memory, parameters);
  return {std::move(back), frames};
}

void DenseLayer::learn(Batch gradient, const LayerMemory& memory, Gradients parameters) const {
  if (!parameters.empty())
    multiply(as_it_lies(gradient.values), transposed(memory.input), parameters[0], true);
}

std::string BiasLayer::description() const { return fmt::format("bias {}", b_.rows()); }

Batch BiasLayer::forward(Batch input, LayerMemory& /*memory*/) const {
  input.values.colwise() += b_.col(0);
  return input;
}

Batch BiasLayer::backward(Batch gradient, const LayerMemory& /*memory*/,
                          Gradients parameters) const {
  if (!parameters.empty()) parameters[0].col(0) += gradient.values.rowwise().sum();
  return gradient;
}

}  // namespace nmfsep
