#include "sources/n_hmm/product_chain.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace nmfsep {
namespace {

constexpr double impossible = -std::numeric_limits<double>::infinity();

/// The rows `from` and columns `to` of a chain's transitions.
Eigen::MatrixXd part_of(const Matrix& transitions, const KeptStates& from, const KeptStates& to) {
  return transitions(from, to).cast<double>();
}

/// p, whose places are left × middle × right (the first fastest), times `map` along the middle:
/// left × columns × right.
Eigen::VectorXd along_middle(const Eigen::VectorXd& p, Index left, const Eigen::MatrixXd& map) {
  const Index right = p.size() / (left * map.rows());
  Eigen::VectorXd result(left * map.cols() * right);
  if (left == 1) {
    Eigen::Map<Eigen::MatrixXd>(result.data(), map.cols(), right).noalias() =
        map.transpose() * Eigen::Map<const Eigen::MatrixXd>(p.data(), map.rows(), right);
    return result;
  }
  for (Index r = 0; r < right; ++r)
    Eigen::Map<Eigen::MatrixXd>(result.data() + r * left * map.cols(), left, map.cols()).noalias() =
        Eigen::Map<const Eigen::MatrixXd>(p.data() + r * left * map.rows(), left, map.rows()) * map;
  return result;
}

/// The same along each of so many axes, with table(i) along axis i.
template <typename Table>
Eigen::VectorXd along_all(Eigen::VectorXd p, std::size_t axes, const Table& table) {
  Index left = 1;
  for (std::size_t i = 0; i < axes; ++i) {
    const Eigen::MatrixXd map = table(i);
    p = along_middle(p, left, map);
    left *= map.cols();
  }
  return p;
}

/// exp(logs − their largest), and that; all 0 where nothing is possible.
std::pair<Eigen::VectorXd, double> from_logs(const Eigen::VectorXd& logs) {
  const double largest = logs.maxCoeff();
  if (largest == impossible) return {Eigen::VectorXd::Zero(logs.size()), impossible};
  return {(logs.array() - largest).exp(), largest};
}

/// log p + what a frame says, in place of which the frame alone counts where no state is possible.
Eigen::VectorXd with_evidence(const Eigen::VectorXd& p, const Eigen::VectorXf& evidence) {
  const Eigen::VectorXd logs = p.array().log().matrix() + evidence.cast<double>();
  if (logs.maxCoeff() > impossible) return logs;
  return evidence.cast<double>().array() - std::log(static_cast<double>(evidence.size()));
}

/// What one step adds: P(state now, state next | all frames).
void count_step(const MarkovChain& chain, const Eigen::VectorXf& now, const Eigen::VectorXd& next,
                ChainCounts& counts) {
  const Eigen::VectorXd p = from_logs(now.cast<double>()).first;
  const Eigen::MatrixXd steps =
      (p * next.transpose()).cwiseProduct(chain.transitions.cast<double>());
  if (const double sum = steps.sum(); sum > 0) counts.transitions += steps / sum;
}

}  // namespace

Eigen::VectorXd ProductChain::initial(const std::vector<KeptStates>& kept) const {
  Eigen::VectorXd p = Eigen::VectorXd::Ones(1);
  for (std::size_t i = 0; i < chains_.size(); ++i) {
    const Eigen::VectorXd one = chains_[i].initial(kept[i]).cast<double>();
    Eigen::VectorXd both(p.size() * one.size());
    Eigen::Map<Eigen::MatrixXd>(both.data(), p.size(), one.size()) = p * one.transpose();
    p = std::move(both);
  }
  return p;
}

Eigen::VectorXd ProductChain::forward(const Eigen::VectorXd& p,
                                      const std::vector<KeptStates>& before,
                                      const std::vector<KeptStates>& after) const {
  return along_all(p, chains_.size(), [&](std::size_t i) {
    return part_of(chains_[i].transitions, before[i], after[i]);
  });
}

Eigen::VectorXd ProductChain::backward(const Eigen::VectorXd& b,
                                       const std::vector<KeptStates>& before,
                                       const std::vector<KeptStates>& after) const {
  return along_all(b, chains_.size(), [&](std::size_t i) -> Eigen::MatrixXd {
    return part_of(chains_[i].transitions, before[i], after[i]).transpose();
  });
}

double smooth(const ProductChain& chain, ChainEvidence& evidence, ChainCounts* counts,
              const std::function<void()>& knock) {
  std::vector<Eigen::VectorXf>& joint = evidence.joint;
  if (joint.empty()) return 0;
  std::vector<Eigen::VectorXf> forward(joint.size());  // log P(state | frames until then) − its max
  double likelihood = 0;
  Eigen::VectorXd p = chain.initial(evidence.kept_at(0));
  for (std::size_t t = 0; t < joint.size(); ++t) {
    knock();
    if (t > 0) p = chain.forward(p, evidence.kept_at(t - 1), evidence.kept_at(t));
    const Eigen::VectorXd logs = with_evidence(p, joint[t]);
    const auto [scaled, largest] = from_logs(logs);
    const double sum = scaled.sum();
    likelihood += largest + std::log(sum);
    forward[t] = (logs.array() - largest).cast<float>();
    p = scaled / sum;
  }
  Eigen::VectorXd after = Eigen::VectorXd::Ones(p.size());  // P(frames after t | state), scaled
  for (std::size_t t = joint.size(); t-- > 0;) {
    knock();
    const Eigen::VectorXd logs = after.array().log();
    const Eigen::VectorXd whole =
        from_logs(with_evidence(after, forward[t])).first;  // its scale cancels
    const Eigen::VectorXd onward = from_logs(logs + joint[t].cast<double>()).first;
    joint[t] = (whole / whole.sum()).cast<float>();
    if (t == 0) break;
    after = chain.backward(onward, evidence.kept_at(t - 1), evidence.kept_at(t));
    if (after.maxCoeff() <= 0) after.setOnes();
    if (counts != nullptr) count_step(chain.chains().front(), forward[t - 1], onward, *counts);
  }
  if (counts != nullptr) counts->initial += joint.front().cast<double>();
  return likelihood;
}

}  // namespace nmfsep
