#include "nmfsep/nets/activation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "each_column.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/named_values.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr Named<Activation> activation_names[] = {
    {Activation::identity, "identity"},       {Activation::relu, "relu"},
    {Activation::relu_output, "relu-output"}, {Activation::absolute, "abs"},
    {Activation::softplus, "softplus"},       {Activation::elu, "elu"},
    {Activation::sigmoid, "sigmoid"},         {Activation::tanh, "tanh"}};

// One number at a time: Eigen's vectors round otherwise than what is left beside them, and a
// frame's bits would depend on its place.

constexpr auto logistic = [](float x) { return 1 / (1 + std::exp(-x)); };

/// Calls work(g, g′), functions of x, for this activation.
template <typename Work>
void with_functions(Activation activation, const Work& work) {
  switch (activation) {
    case Activation::identity:
      return;
    case Activation::relu:
    case Activation::relu_output:  // see its backward
      return work([](float x) { return x > 0 ? x : 0.0F; },
                  [](float x) { return x > 0 ? 1.0F : 0.0F; });
    case Activation::absolute:
      return work([](float x) { return std::abs(x); },
                  [](float x) { return x > 0   ? 1.0F
                                       : x < 0 ? -1.0F
                                               : 0.0F; });
    case Activation::softplus:
      return work([](float x) { return std::max(x, 0.0F) + std::log1p(std::exp(-std::abs(x))); },
                  logistic);
    case Activation::elu:
      return work([](float x) { return x > 0 ? x : std::expm1(x); },
                  [](float x) { return x > 0 ? 1.0F : std::exp(x); });
    case Activation::sigmoid:
      return work(logistic, [](float x) { return logistic(x) * logistic(-x); });
    case Activation::tanh:
      return work([](float x) { return std::tanh(x); },
                  [](float x) { return 1 - std::tanh(x) * std::tanh(x); });
  }
}

}  // namespace

std::string to_string(Activation activation) {
  return std::string(name_of(activation_names, activation));
}

std::optional<Activation> find_activation(std::string_view text) {
  return value_of(activation_names, text);
}

Activation activation_from_string(std::string_view text) {
  if (const auto found = find_activation(text)) return *found;
  std::string all;
  for (const auto& [value, name] : activation_names)
    all += (all.empty() ? "" : ", ") + std::string(name);
  throw InvalidArgument(fmt::format("activation '{}', must be one of {}", printable(text), all));
}

bool is_non_negative(Activation activation) {
  return activation == Activation::relu || activation == Activation::relu_output ||
         activation == Activation::absolute || activation == Activation::softplus ||
         activation == Activation::sigmoid;
}

Batch ActivationLayer::forward(Batch input, LayerMemory& memory) const {
  memory.input = input.values;
  with_functions(activation_, [&](const auto& value, const auto& /*derivative*/) {
    for_each_column(input.values,
                    [&](Index t) { input.values.col(t) = input.values.col(t).unaryExpr(value); });
  });
  return input;
}

Batch ActivationLayer::backward(Batch gradient, const LayerMemory& memory,
                                Gradients /*parameters*/) const {
  const bool revives = activation_ == Activation::relu_output;
  with_functions(activation_, [&](const auto& /*value*/, const auto& derivative) {
    for_each_column(gradient.values, [&](Index t) {
      gradient.values.col(t) = gradient.values.col(t).binaryExpr(
          memory.input.col(t),
          [&](float g, float x) { return revives && g < 0 ? g : g * derivative(x); });
    });
  });
  return gradient;
}

}  // namespace nmfsep
