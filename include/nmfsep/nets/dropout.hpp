#pragma once

#include "nmfsep/nets/layer.hpp"

namespace nmfsep {

/// While training y = x ⊙ m / (1 − p), where each entry of m is 0 with probability p and 1
/// otherwise; in use y = x (Srivastava et al., 2014, JMLR 15). m comes from the memory's random
/// numbers, entry by entry.
class DropoutLayer final : public Layer {
 public:
  /// `probability` is in [0, 1).
  explicit DropoutLayer(float probability) : probability_(probability) {}

  std::unique_ptr<Layer> clone() const override { return std::make_unique<DropoutLayer>(*this); }
  std::string description() const override;
  Batch forward(Batch input, LayerMemory& memory) const override;
  Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;

 private:
  float probability_;
};

}  // namespace nmfsep
