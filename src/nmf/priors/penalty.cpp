#include "nmfsep/nmf/penalty.hpp"

#include <algorithm>

namespace nmfsep {

std::shared_ptr<const Penalty> Penalty::on(const std::vector<AtomBlock>& /*blocks*/) const {
  return shared_from_this();
}

/// A prior of H is one of diag(s)·H, where s are the sums of W's columns. A bound in powers of s_k
/// is convex in it, so that Jensen's inequality shares it out among the bins.
void Penalty::add_scale_gradient(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> negative,
                                 Eigen::Ref<Eigen::VectorXd> positive) const {
  TileMatrix minus = TileMatrix::Zero(tile.H.rows(), tile.H.cols());
  TileMatrix plus = minus;
  add_gradient(tile, {TileMap(minus.data(), minus.rows(), minus.cols()),
                      TileMap(plus.data(), plus.rows(), plus.cols())});
  negative += minus.cwiseProduct(tile.H).rowwise().sum().cast<double>();
  positive += plus.cwiseProduct(tile.H).rowwise().sum().cast<double>();
}

/// The divergence is bounded by x^max(1, β) and x^min(1, β − 1) (Févotte & Idier, 2011, table 1);
/// powers further out bound what lies between them, too.
double update_exponent(const Divergence& divergence, const BoundPowers& powers) {
  const double most = std::max({1.0, divergence.beta, powers.most});
  const double least = std::min({1.0, divergence.beta - 1, powers.least});
  return 1 / (most - least);
}

}  // namespace nmfsep
