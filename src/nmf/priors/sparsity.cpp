#include "nmfsep/nmf/priors/sparsity.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

SparsityPenalty::SparsityPenalty(double strength) : strength_(static_cast<float>(strength)) {
  if (!(strength >= 0 && std::isfinite(strength)))
    throw InvalidArgument(
        fmt::format("SparsityPenalty: strength = {}, must be finite and at least 0", strength));
}

std::string SparsityPenalty::describe() const { return fmt::format("sparsity={}", strength_); }

void SparsityPenalty::add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const {
  const Vector norms = tile.H.transpose() * tile.norms;
  cost += (strength_ * norms.cwiseProduct(tile.frames.weights)).cast<double>();
}

void SparsityPenalty::add_gradient(const PenaltyTile& tile, SplitGradient gradient) const {
  gradient.positive.noalias() += strength_ * tile.norms * tile.frames.weights.transpose();
}

void SparsityPenalty::add_dictionary_gradient(const PenaltyDictionary& dictionary,
                                              SplitGradient gradient) const {
  const Index learnt = dictionary.learnt();
  const Vector slopes = strength_ * dictionary.activation_sums.cwiseQuotient(
                                        dictionary.norms.tail(learnt).cwiseMax(0x1p-60F));
  gradient.positive += dictionary.W.rightCols(learnt) * slopes.asDiagonal();
}

}  // namespace nmfsep
