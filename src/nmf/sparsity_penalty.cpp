#include "nmfsep/nmf/sparsity_penalty.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

SparsityPenalty::SparsityPenalty(double strength) : strength_(static_cast<float>(strength)) {
  if (!(strength >= 0 && std::isfinite(strength)))
    throw InvalidArgument(
        fmt::format("SparsityPenalty: strength = {}, must be finite and at least 0", strength));
}

void SparsityPenalty::add_cost(const Atoms& atoms, const TileView& H, const VectorView& weights,
                               Eigen::Ref<Eigen::VectorXd> cost) const {
  const Vector norms = H.transpose() * atoms.norms;
  cost += (strength_ * norms.cwiseProduct(weights)).cast<double>();
}

void SparsityPenalty::add_gradient(const Atoms& atoms, const TileView&, const VectorView& weights,
                                   TileMap, TileMap denominator) const {
  denominator.noalias() += strength_ * atoms.norms * weights.transpose();
}

void SparsityPenalty::add_dictionary_gradient(const TileView& W, const VectorView& norms,
                                              const VectorView& activation_sums, TileMap,
                                              TileMap denominator) const {
  const Vector slopes = strength_ * activation_sums.cwiseQuotient(norms.cwiseMax(0x1p-60F));
  denominator += W * slopes.asDiagonal();
}

double SparsityPenalty::dictionary_exponent(const Divergence& divergence) const {
  return divergence.beta < 2 ? 1 / (3 - divergence.beta) : divergence.update_exponent();
}

}  // namespace nmfsep
