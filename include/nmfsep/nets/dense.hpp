#pragma once

#include "nmfsep/nets/layer.hpp"

namespace nmfsep {

/// y = W·x. W is outputs × inputs; ∂/∂x = Wᵀ·g, ∂/∂W = g·xᵀ (Rumelhart, Hinton & Williams, 1986,
/// Nature 323).
class DenseLayer final : public Layer {
 public:
  explicit DenseLayer(Matrix W) : W_(std::move(W)) {}

  std::unique_ptr<Layer> clone() const override { return std::make_unique<DenseLayer>(*this); }
  std::string description() const override;
  Index inputs() const override { return W_.cols(); }
  Index outputs(Index) const override { return W_.rows(); }
  Batch forward(Batch input, LayerMemory& memory) const override;
  Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;
  void learn(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;
  std::vector<Matrix*> parameters() override { return {&W_}; }

 private:
  Matrix W_;
};

/// y = x + b, b a column; ∂/∂b = the sum of g over all frames.
class BiasLayer final : public Layer {
 public:
  explicit BiasLayer(Matrix b) : b_(std::move(b)) {}

  std::unique_ptr<Layer> clone() const override { return std::make_unique<BiasLayer>(*this); }
  std::string description() const override;
  Index inputs() const override { return b_.rows(); }
  Batch forward(Batch input, LayerMemory& memory) const override;
  Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;
  std::vector<Matrix*> parameters() override { return {&b_}; }

 private:
  Matrix b_;
};

}  // namespace nmfsep
