#include "sources/n_hmm/product_chain.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"
#include "support/small_n_hmm.hpp"

using namespace nmfsep;
using test::positive_matrix;
using test::random_chain;

namespace {

/// Every sequence of places among the kept joint states, one after the other, by the definition.
class AllPaths {
 public:
  AllPaths(const ProductChain& chain, const ChainEvidence& evidence)
      : chain_(chain), evidence_(evidence), path_(evidence.joint.size()) {
    for (const Eigen::VectorXf& each : evidence.joint)
      posteriors.emplace_back(Eigen::VectorXd::Zero(each.size()));
    const Index states = chain.chains().front().states();
    counts = {Eigen::VectorXd::Zero(states), Eigen::MatrixXd::Zero(states, states)};
    extend(0, 1);
    for (Eigen::VectorXd& each : posteriors) each /= sum;
    counts.initial /= sum;
    counts.transitions /= sum;
  }

  double sum = 0;  ///< P(all frames)
  std::vector<Eigen::VectorXd> posteriors;
  ChainCounts counts;  ///< of the first chain

 private:
  std::vector<Index> state(std::size_t t, Index place) const {
    std::vector<Index> result;
    for (const KeptStates& kept : evidence_.kept_at(t)) {
      result.push_back(kept[static_cast<std::size_t>(place) % kept.size()]);
      place /= static_cast<Index>(kept.size());
    }
    return result;
  }

  double step(std::size_t t, Index place) const {
    double p = std::exp(static_cast<double>(evidence_.joint[t](place)));
    const std::vector<Index> now = state(t, place);
    for (std::size_t i = 0; i < now.size(); ++i) {
      const MarkovChain& one = chain_.chains()[i];
      p *= static_cast<double>(t == 0 ? one.initial(now[i])
                                      : one.transitions(state(t - 1, path_[t - 1])[i], now[i]));
    }
    return p;
  }

  void extend(std::size_t t, double p) {
    if (t == path_.size()) {
      sum += p;
      for (std::size_t i = 0; i < path_.size(); ++i) {
        posteriors[i](path_[i]) += p;
        const Index now = state(i, path_[i]).front();
        if (i == 0)
          counts.initial(now) += p;
        else
          counts.transitions(state(i - 1, path_[i - 1]).front(), now) += p;
      }
      return;
    }
    for (Index place = 0; place < evidence_.joint[t].size(); ++place) {
      path_[t] = place;
      extend(t + 1, p * step(t, place));
    }
  }

  const ProductChain& chain_;
  const ChainEvidence& evidence_;
  std::vector<Index> path_;
};

Eigen::VectorXf random_logs(Index count, std::uint64_t seed) {
  return 6 * test::random_matrix(count, 1, seed).array() - 4;
}

void check_as_all_paths(const ProductChain& chain, ChainEvidence evidence) {
  const AllPaths expected(chain, evidence);
  ChainCounts counts{
      Eigen::VectorXd::Zero(expected.counts.initial.size()),
      Eigen::MatrixXd::Zero(expected.counts.initial.size(), expected.counts.initial.size())};
  const bool is_one = chain.chains().size() == 1 && evidence.kept.size() == 1;
  CHECK(smooth(chain, evidence, is_one ? &counts : nullptr, [] {}) ==
        Approx(std::log(expected.sum)).margin(1e-5));
  for (std::size_t t = 0; t < evidence.joint.size(); ++t) {
    CHECK((evidence.joint[t].cast<double>() - expected.posteriors[t]).cwiseAbs().maxCoeff() < 1e-5);
    CHECK(evidence.joint[t].sum() == Approx(1).margin(1e-5));
  }
  if (!is_one) return;
  CHECK((counts.initial - expected.counts.initial).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((counts.transitions - expected.counts.transitions).cwiseAbs().maxCoeff() < 1e-5);
}

}  // namespace

TEST_CASE("forward-backward is the sum over all paths of a chain") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Index states = 1 + static_cast<Index>(seed % 4);
    MarkovChain chain = random_chain(states, seed);
    if (seed % 3 == 0 && states > 1) {  // what cannot be
      chain.transitions.row(0).setZero();
      chain.transitions(0, 1) = 1;
    }
    ChainEvidence evidence{{{{}}}, {}};
    for (Index s = 0; s < states; ++s) evidence.kept[0][0].push_back(s);
    for (std::uint64_t t = 0; t < 1 + seed % 6; ++t)
      evidence.joint.push_back(random_logs(states, 100 * seed + t));
    check_as_all_paths(ProductChain({chain}), evidence);
  }
}

TEST_CASE("forward-backward of chains beside each other is that of their product") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const ProductChain chain(seed % 2 == 0
                                 ? std::vector{random_chain(3, seed), random_chain(2, seed + 50)}
                                 : std::vector{random_chain(2, seed), random_chain(3, seed + 50),
                                               random_chain(2, seed + 90)});
    ChainEvidence evidence{{{}}, {}};
    Index joint = 1;
    for (const MarkovChain& one : chain.chains()) {
      KeptStates all;
      for (Index s = 0; s < one.states(); ++s) all.push_back(s);
      evidence.kept[0].push_back(all);
      joint *= one.states();
    }
    for (std::uint64_t t = 0; t < 4; ++t)
      evidence.joint.push_back(random_logs(joint, 100 * seed + t));
    check_as_all_paths(chain, evidence);
  }
}

TEST_CASE("forward-backward goes through the states that each frame keeps alone") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const ProductChain chain({random_chain(5, seed), random_chain(4, seed + 50)});
    ChainEvidence evidence{{{{0, 3}, {1, 2}}, {{1, 3, 4}, {0}}, {{2, 4}, {0, 1, 3}}, {{0}, {2, 3}}},
                           {}};
    for (const auto& kept : evidence.kept)
      evidence.joint.push_back(random_logs(static_cast<Index>(kept[0].size() * kept[1].size()),
                                           seed + evidence.joint.size()));
    check_as_all_paths(chain, evidence);
  }
}

TEST_CASE("a chain starts anew where no kept state can be reached, and nothing becomes NaN") {
  MarkovChain chain{Vector::Zero(3), Matrix::Identity(3, 3)};
  chain.initial(0) = 1;
  ChainEvidence evidence{{{{0}}, {{1, 2}}, {{1, 2}}}, {}};
  evidence.joint = {Eigen::VectorXf::Zero(1), random_logs(2, 1), random_logs(2, 2)};
  const Eigen::VectorXf both = evidence.joint[1] + evidence.joint[2];
  const double likelihood = smooth(ProductChain({chain}), evidence, nullptr, [] {});
  CHECK(std::isfinite(likelihood));
  CHECK(evidence.joint[0](0) == 1);
  const float odds = std::exp(both(0) - both(1));
  CHECK(evidence.joint[1](0) == Approx(odds / (1 + odds)).margin(1e-5));
  CHECK(evidence.joint[2](0) == Approx(odds / (1 + odds)).margin(1e-5));
}

TEST_CASE("forward-backward holds where frames rule states out by thousands of nats") {
  const ProductChain chain({random_chain(3, 1)});
  ChainEvidence evidence{{{{0, 1, 2}}}, {}};
  for (Index t = 0; t < 2000; ++t) {
    evidence.joint.emplace_back(Eigen::VectorXf::Constant(3, -9000));
    evidence.joint.back()(t % 3) = -2000;
  }
  const double likelihood = smooth(chain, evidence, nullptr, [] {});
  CHECK(likelihood < -2000 * 1999);
  CHECK(likelihood > -2010 * 2000);
  for (Index t = 0; t < 2000; ++t)
    CHECK(evidence.joint[static_cast<std::size_t>(t)](t % 3) == Approx(1));
}
