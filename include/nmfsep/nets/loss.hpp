#pragma once

#include <string>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// What a network's output is compared by.
enum class LossKind {
  kl,      ///< Σ v ln(v / y) − v + y, with v = target + ε and y = output + ε
  squared  ///< Σ (target − output)² / 2
};

/// "kl" or "squared".
std::string to_string(LossKind kind);

struct Loss {
  LossKind kind = LossKind::kl;
  float floor = 0;  ///< ε of KL: what is quieter does not count. 0 wants positive outputs

  /// Summed over entries column by column in double.
  double value(const MatrixView& target, const MatrixView& output) const;
  /// `scale` times the gradient at the output.
  Matrix gradient(const MatrixView& target, const MatrixView& output, float scale) const;
};

/// The mean over entries of −y ln σ(z) − (1 − y) ln(1 − σ(z)), σ(z) = 1 / (1 + e⁻ᶻ), for targets y
/// from 0 to 1; turns z into its gradient.
double cross_entropy(const MatrixView& target, Matrix& z);

/// λ‖H‖₁ (Tibshirani, 1996): few of the values are large. Its value and its gradient λ·sign(H).
double l1_norm(const MatrixView& H);
void add_l1_gradient(const MatrixView& H, float lambda, Matrix& gradient);

}  // namespace nmfsep
