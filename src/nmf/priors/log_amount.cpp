#include "nmf/priors/log_amount.hpp"

namespace nmfsep {
namespace {

/// ε·v of each frame; in silence the least that has a logarithm and a reciprocal.
Eigen::RowVectorXf floors(const LogAmounts& prior) {
  return (1e-3F * prior.totals).cwiseMax(0x1p-60F).transpose();
}

}  // namespace

void add_log_cost(const LogAmounts& prior, Eigen::Ref<Eigen::VectorXd> cost) {
  const Eigen::RowVectorXf floor = floors(prior);
  Eigen::RowVectorXf logarithms = Eigen::RowVectorXf::Zero(prior.H.cols());
  for (Index k = 0; k < prior.H.rows(); ++k)
    logarithms.array() +=
        ((prior.H.row(k) + floor).array() / prior.units.transpose().array().max(0x1p-60F)).log();
  cost += logarithms.transpose().cwiseProduct(prior.amounts).cast<double>();
}

void add_log_gradient(const LogAmounts& prior, SplitGradient gradient) {
  const Eigen::RowVectorXf floor = floors(prior);
  const Eigen::RowVectorXf amounts = prior.amounts.transpose();
  const bool is_concave = (amounts.array() >= 0).all();
  TileMap& target = is_concave ? gradient.positive : gradient.negative;
  for (Index k = 0; k < prior.H.rows(); ++k)
    target.row(k).array() += amounts.array().abs() / (prior.H.row(k) + floor).array();
}

}  // namespace nmfsep
