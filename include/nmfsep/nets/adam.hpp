#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

struct AdamOptions {
  double learning_rate = 2e-3;  ///< of the first step
  int decay_steps = 0;          ///< over so many the rate falls to 0 by a half cosine; 0: it stays
  double first_decay = 0.9;     ///< of the mean of gradients; higher is smoother and slower to turn
  double second_decay = 0.999;  ///< of the mean of their squares
  double epsilon = 1e-8;        ///< beside the root of the second mean; positive
  double most_norm = 0;         ///< longer gradients are shortened to this norm; 0: never
  double weight_decay = 0;      ///< so much of each value is taken away a step, times the rate

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// Adam (Kingma & Ba, 2015, ICLR) with cosine decay (Loshchilov & Hutter, 2017, ICLR), weight decay
/// beside the gradient (the same, 2019) and gradients cut by their norm (Pascanu, Mikolov & Bengio,
/// 2013, ICML). Moves matrices that it does not own.
class Adam {
 public:
  Adam(std::vector<Matrix*> values, AdamOptions options);

  /// One step down these gradients, in the order and shapes of the values.
  void step(const std::vector<Matrix>& gradients);

  int steps() const { return steps_; }

 private:
  AdamOptions options_;
  std::vector<Matrix*> values_;
  std::vector<Matrix> first_, second_;  ///< means of the gradients and of their squares
  int steps_ = 0;
};

/// The running mean of values that training moves: it wanders less than they do (Polyak & Juditsky,
/// 1992). Weights that are young count fully: after t updates the factor is min(decay, t / (t +
/// 10)).
class MovingAverage {
 public:
  MovingAverage(std::vector<Matrix*> values, double decay);

  void update();
  /// Swaps the means with the values, and back when called again.
  void swap();

 private:
  std::vector<Matrix*> values_;
  std::vector<Matrix> means_;
  double decay_;
  int updates_ = 0;
};

}  // namespace nmfsep
