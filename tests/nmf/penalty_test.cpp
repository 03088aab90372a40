#include <condition_variable>
#include <mutex>
#include <thread>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/nmf/priors/sparsity.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

NmfOptions sparse(double strength, double beta = 1) {
  NmfOptions options;
  options.components = 8;
  options.iterations = 60;
  options.tolerance = 0;
  options.divergence = {beta};
  options.penalty = std::make_shared<SparsityPenalty>(strength);
  return options;
}

double objective(const Doubles& V, const Doubles& W, const Doubles& H, double strength) {
  return divergence(V, model(W, H), 1) +
         strength * W.colwise().norm().dot(H.rowwise().sum().transpose());
}

/// Two parties that meet at every sum, which always adds the second to the first.
class Pair {
 public:
  void add(bool first, std::span<double> values) {
    std::unique_lock lock(mutex_);
    const int round = round_;
    (first ? first_ : second_).assign(values.begin(), values.end());
    if (++arrived_ == 2) {
      arrived_ = 0;
      ++round_;
      for (std::size_t i = 0; i < first_.size(); ++i) first_[i] += second_[i];
      sum_ = first_;
      met_.notify_all();
    } else {
      met_.wait(lock, [&] { return round_ != round; });
    }
    std::copy(sum_.begin(), sum_.end(), values.begin());
  }

 private:
  std::mutex mutex_;
  std::condition_variable met_;
  std::vector<double> first_, second_, sum_;
  int arrived_ = 0;
  int round_ = 0;
};

class PairReducer : public Reducer {
 public:
  PairReducer(Pair& pair, bool first) : pair_(pair), first_(first) {}
  void sum(std::span<double> values) const override { pair_.add(first_, values); }
  void sum(std::span<float> values) const override {
    std::vector<double> wide(values.begin(), values.end());
    pair_.add(first_, wide);
    std::transform(wide.begin(), wide.end(), values.begin(),
                   [](double value) { return static_cast<float>(value); });
  }

 private:
  Pair& pair_;
  bool first_;
};

}  // namespace

TEST_CASE("the reported cost is the divergence and the penalty") {
  Random random(1);
  const Matrix V = random_spectrogram(40, 50, random);
  const Factorisation found = factorise(V, sparse(0.7));
  const Doubles W = found.W.cast<double>();
  CHECK(found.report.final_cost() ==
        Approx(objective(V.cast<double>(), W, found.H.cast<double>(), 0.7)).epsilon(1e-4));

  const Activations inferred = infer_activations(V, found.W, sparse(0.7));
  CHECK(inferred.report.final_cost() ==
        Approx(objective(V.cast<double>(), W, inferred.H.cast<double>(), 0.7)).epsilon(1e-4));
}

TEST_CASE("the cost with its penalty never rises, for every divergence") {
  Random random(2);
  for (const double beta : {1.0, 0.0, 2.0, 0.5, 1.5, 3.0}) {
    CAPTURE(beta);
    Matrix V = random_spectrogram(40, 50, random);
    if (beta < 1) V.array() += 1e-3F * V.maxCoeff();
    const auto costs = {factorise(V, sparse(2, beta)).report.cost,
                        factorise(V * 0x1p30F, sparse(0.5, beta)).report.cost};
    for (const auto& cost : costs)
      for (std::size_t i = 1; i < cost.size(); ++i)
        REQUIRE(cost[i].cost <= cost[i - 1].cost * (1 + 1e-6));
  }
}

TEST_CASE("no penalty is the same as one of strength 0") {
  Random random(3);
  const Matrix V = random_spectrogram(40, 50, random);
  const Matrix W = random_dictionary(40, 20, random);
  NmfOptions none = sparse(0);
  none.penalty = nullptr;
  CHECK(infer_activations(V, W, sparse(0)).H == infer_activations(V, W, none).H);
}

TEST_CASE("activations with a penalty satisfy the conditions of the optimum") {
  Random random(4);
  const Matrix V = random_spectrogram(30, 10, random);
  const Matrix W = random_dictionary(30, 6, random);
  NmfOptions options = sparse(0.3);
  options.iterations = 3000;
  const Doubles H = infer_activations(V, W, options).H.cast<double>();
  const Doubles Wd = W.cast<double>();
  const Doubles ratio = V.cast<double>().cwiseQuotient(model(Wd, H).array().max(1e-12).matrix());
  const Doubles gradient =
      (1 + 0.3 * Wd.colwise().norm().transpose().array()).matrix() * Eigen::RowVectorXd::Ones(10) -
      Wd.transpose() * ratio;
  CHECK(gradient.minCoeff() > -0.02);
  CHECK(gradient.cwiseProduct(H).cwiseAbs().maxCoeff() < 1e-3 * H.maxCoeff());
}

TEST_CASE("a strength below zero is refused") {
  CHECK_THROWS_WITH(SparsityPenalty(-1), contains("strength = -1, must be finite"));
}

TEST_CASE("parties that share a dictionary end with one W and a cost that never rises") {
  Random random(5);
  const Matrix V = random_spectrogram(40, 90, random);
  Pair pair;
  Factorisation results[2];
  const auto learn = [&](bool first) {
    NmfOptions options;
    options.components = 6;
    options.iterations = 50;
    options.tolerance = 0;
    options.reducer = std::make_shared<PairReducer>(pair, first);
    results[first ? 0 : 1] = factorise(first ? V.leftCols(60) : V.rightCols(30), options);
  };
  std::thread other([&] { learn(false); });
  learn(true);
  other.join();
  CHECK(results[0].W == results[1].W);
  Doubles H(6, 90);
  H << results[0].H.cast<double>(), results[1].H.cast<double>();
  const NmfReport& report = results[0].report;
  CHECK(
      report.final_cost() ==
      Approx(divergence(V.cast<double>(), model(results[0].W.cast<double>(), H), 1)).epsilon(1e-4));
  for (std::size_t i = 1; i < report.cost.size(); ++i)
    CHECK(report.cost[i].cost <= report.cost[i - 1].cost);
}
