// What every kernel does to the factors once it has their gradients, against the same in double.
#include <algorithm>
#include <cmath>

#include "nmf/kernel/kernel.hpp"
#include "nmf/step/workspace.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// Components × lanes, aligned as kernels want them.
class Tile {
 public:
  Tile(const Kernel& kernel, Index components)
      : lanes_(kernel.lanes), components_(components), values_(components * kernel.lanes) {}

  float* data() { return values_.data(); }
  Index size() const { return components_ * lanes_; }
  float& at(Index component, Index lane) { return values_.data()[component * lanes_ + lane]; }

 private:
  Index lanes_;
  Index components_;
  AlignedFloats values_;
};

/// Varadhan & Roland (2008), scheme 3, of one lane: the step, and what becomes of each entry.
std::vector<double> literal_extrapolation(const std::vector<double>& first,
                                          const std::vector<double>& second,
                                          const std::vector<double>& third) {
  double r_norm = 0;
  double v_norm = 0;
  for (std::size_t k = 0; k < first.size(); ++k) {
    const double r = second[k] - first[k];
    const double v = third[k] - second[k] - r;
    r_norm += r * r;
    v_norm += v * v;
  }
  const double step = std::clamp(std::sqrt(r_norm / v_norm), 1.0, 64.0);
  std::vector<double> result;
  for (std::size_t k = 0; k < first.size(); ++k) {
    const double r = second[k] - first[k];
    const double v = third[k] - second[k] - r;
    const double far = first[k] + 2 * step * r + step * step * v;
    // So close to zero, rounding decides.
    result.push_back(std::abs(far) < 5e-3 ? NAN : far > 0 ? far : 0.1 * third[k]);
  }
  return result;
}

}  // namespace

TEST_CASE("extrapolations go as far as the iterates' squares say, and never to zero") {
  Random random(1);
  int pulled_back = 0;
  for (const Kernel* kernel : supported_kernels())
    for (int problem = 0; problem < 50; ++problem) {
      const auto components = static_cast<Index>(1 + random.below(9));
      Tile first(*kernel, components);
      Tile second(*kernel, components);
      Tile third(*kernel, components);
      std::vector<std::vector<double>> expected;
      for (Index lane = 0; lane < kernel->lanes; ++lane) {
        std::vector<double> x0;
        std::vector<double> x1;
        std::vector<double> x2;
        for (Index k = 0; k < components; ++k) {
          x0.push_back(first.at(k, lane) = random.uniform());
          x1.push_back(second.at(k, lane) = first.at(k, lane) * (0.5F + random.uniform()));
          // Some on their way to zero, so that they would pass it.
          x2.push_back(third.at(k, lane) = second.at(k, lane) * (0.5F + random.uniform()));
        }
        expected.push_back(literal_extrapolation(x0, x1, x2));
      }
      const std::vector<float> before(third.data(), third.data() + third.size());
      kernel->extrapolate(first.data(), second.data(), components, third.data());
      for (Index lane = 0; lane < kernel->lanes; ++lane)
        for (Index k = 0; k < components; ++k) {
          const double right =
              expected[static_cast<std::size_t>(lane)][static_cast<std::size_t>(k)];
          CAPTURE(kernel->target, problem, lane, k);
          REQUIRE(third.at(k, lane) > 0);
          if (std::isnan(right)) continue;
          REQUIRE(third.at(k, lane) == Approx(right).epsilon(1e-3).margin(2e-3));
          pulled_back +=
              third.at(k, lane) == 0.1F * before[static_cast<std::size_t>(k * kernel->lanes + lane)]
                  ? 1
                  : 0;
        }
    }
  CHECK(pulled_back > 20);
}

TEST_CASE("extrapolations that would raise the cost are not taken") {
  // Among atoms that are nearly alike most go too far: taken, some raise the cost by a hundredth.
  for (const double beta : {1.0, 0.0, 2.0, 0.5})
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      Random random(seed);
      Matrix W = random_dictionary(30, 25, random);
      for (Index k = 1; k < W.cols(); ++k) W.col(k) = 0.9F * W.col(0) + 0.1F * W.col(k);
      W.array().rowwise() /= W.array().colwise().sum().eval();
      Matrix V = random_spectrogram(30, 16, random);
      V.array() += 1e-3F * V.maxCoeff();
      NmfOptions options;
      options.divergence = {beta};
      options.solver = Solver::squarem;
      options.tolerance = 0;
      options.iterations = 60;
      for (Index t = 0; t < V.cols(); ++t) {
        CAPTURE(beta, seed, t);
        const auto cost = infer_activations(V.col(t), W, options).report.cost;
        for (std::size_t i = 1; i < cost.size(); ++i)
          REQUIRE(cost[i].cost <= cost[i - 1].cost + 1e-5 * cost[0].cost);
      }
    }
}

TEST_CASE("a step is the ratio of the gradient's halves, however small both are") {
  for (const Kernel* kernel : supported_kernels()) {
    CAPTURE(kernel->target);
    Tile numerator(*kernel, 1);
    Tile denominator(*kernel, 1);
    Tile B(*kernel, 1);
    const Step step{1, 1};
    for (int exponent = -118; exponent <= 100; ++exponent)
      for (Index lane = 0; lane < kernel->lanes; ++lane) {
        const float size = std::ldexp(1.0F, exponent);
        std::fill_n(numerator.data(), numerator.size(), 1.5F * size);
        std::fill_n(denominator.data(), denominator.size(), size);
        std::fill_n(B.data(), B.size(), 3.0F);
        kernel->apply(numerator.data(), denominator.data(), step, B.size(), B.data());
        CAPTURE(exponent, lane);
        REQUIRE(B.at(0, lane) == Approx(4.5).epsilon(1e-6));
      }
    // No gradient moves nothing; one below all floors moves to no infinity.
    const auto moved = [&](float above, float below) {
      std::fill_n(numerator.data(), numerator.size(), above);
      std::fill_n(denominator.data(), denominator.size(), below);
      std::fill_n(B.data(), B.size(), 3.0F);
      kernel->apply(numerator.data(), denominator.data(), step, B.size(), B.data());
      return B.at(0, kernel->lanes - 1);
    };
    CHECK(moved(1, 0) == 3);
    CHECK(moved(0, 0) == 3);
    CHECK(moved(0, 1) == 0);
    CHECK(std::isfinite(moved(0x1p-30F, 0x1p-125F)));
    CHECK(moved(0x1p-62F, 1) == 0);
    CHECK(moved(0x1p-58F, 1) == 3 * 0x1p-58F);
  }
}

TEST_CASE("Itakura-Saito takes zeros for the floor of the model, to the oracle's cost") {
  Random random(4);
  for (int problem = 0; problem < 20; ++problem) {
    CAPTURE(problem);
    Matrix W = random_matrix(40, 5, random).array() + 0.05F;
    W.array().rowwise() /= W.array().colwise().sum().eval();
    Matrix V = random_matrix(40, 7, random).array() + 0.5F;
    for (Index t = 0; t < V.cols(); ++t)
      for (Index f = 0; f < V.rows(); ++f)
        if (random.below(10) == 0) V(f, t) = 0;
    // Mean 1.5, so that nothing is scaled.
    for (Index t = 0; t < V.cols(); ++t) V.col(t) *= 1.5F / V.col(t).mean();
    NmfOptions options;
    options.divergence = {0};
    options.solver = Solver::multiplicative;
    options.iterations = 10;
    options.tolerance = 0;
    const Matrix floored = V.cwiseMax(model_floor);
    const Activations found = infer_activations(V, W, options);
    const Doubles expected = model(W.cast<double>(), literal_activations(floored, W, options));
    CHECK(difference(model(W.cast<double>(), found.H.cast<double>()), expected) < 1e-4);
    CHECK(found.report.final_cost() ==
          Approx(divergence(floored.cast<double>(), expected, 0)).epsilon(1e-5));
  }
}

TEST_CASE("a search stops at the first look at which it gained less than its tolerance") {
  Random random(5);
  const Matrix V = random_spectrogram(40, 60, random);
  const Matrix W = random_dictionary(40, 6, random);
  NmfOptions options;
  options.components = 4;
  options.iterations = 100000;
  options.tolerance = 1e-3;
  for (const auto solver : {Solver::multiplicative, Solver::over_relaxed}) {
    options.solver = solver;
    const auto check = [&](const NmfReport& report) {
      REQUIRE(report.termination == Termination::tolerance);
      REQUIRE(report.cost.size() >= 3);
      for (std::size_t i = 1; i < report.cost.size(); ++i) {
        const double gain = report.cost[i - 1].cost - report.cost[i].cost;
        CHECK(report.cost[i].iteration == 10 * static_cast<int>(i));
        CHECK((gain <= 1e-3 * report.cost[i - 1].cost) == (i + 1 == report.cost.size()));
      }
    };
    check(factorise(V, options).report);
    for (const Index frame : {0, 1, 2}) check(infer_activations(V.col(frame), W, options).report);
  }
}
