#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nmfsep/nets/layer.hpp"

namespace nmfsep {

/// What is done to each number, y = g(x).
enum class Activation {
  identity,     ///< x
  relu,         ///< max(0, x) (Nair & Hinton, 2010, ICML)
  relu_output,  ///< the same for a network's last layer: the gradient passes at x ≤ 0 too where it
                ///< asks for more, so that no output dies
  absolute,  ///< |x|
  softplus,  ///< ln(1 + eˣ)
  elu,       ///< x, and eˣ − 1 below 0 (Clevert, Unterthiner & Hochreiter, 2016, ICLR)
  sigmoid,   ///< 1 / (1 + e⁻ˣ)
  tanh
};

/// "identity", "relu", "relu-output", "abs", "softplus", "elu", "sigmoid" or "tanh".
std::string to_string(Activation activation);
/// The inverse; absent for another text.
std::optional<Activation> find_activation(std::string_view text);
/// The same. Throws InvalidArgument for another text.
Activation activation_from_string(std::string_view text);

/// Whether no value is negative.
bool is_non_negative(Activation activation);

/// y = g(x), ∂/∂x = g′(x) ⊙ g.
class ActivationLayer final : public Layer {
 public:
  explicit ActivationLayer(Activation activation) : activation_(activation) {}

  std::unique_ptr<Layer> clone() const override { return std::make_unique<ActivationLayer>(*this); }
  std::string description() const override { return to_string(activation_); }
  Batch forward(Batch input, LayerMemory& memory) const override;
  Batch backward(Batch gradient, const LayerMemory& memory, Gradients parameters) const override;

 private:
  Activation activation_;
};

}  // namespace nmfsep
