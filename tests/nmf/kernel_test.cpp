#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"
#include "targets.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// A random problem that a divergence allows: Itakura-Saito has no zeros.
struct RandomProblem {
  RandomProblem(Random& random, double beta)
      : bins(static_cast<Index>(1 + random.below(240))),
        fixed(static_cast<Index>(random.below(15))),
        free(static_cast<Index>(1 + random.below(30))),
        frames(static_cast<Index>(1 + random.below(80))) {
    V = random_spectrogram(bins, frames, random);
    if (beta < 1) V = V.cwiseMax(1e-3F * V.maxCoeff() + 1e-6F);
    W = random_dictionary(bins, fixed + free, random);
    if (beta < 1) W.array() += 1e-3F;
    W.array().rowwise() /= W.array().colwise().sum();
    V.array().colwise() *= (W.rowwise().sum().array() > 0).cast<float>();
  }
  Index bins, fixed, free, frames;
  Matrix V, W;
};

NmfOptions plain(double beta, int iterations) {
  NmfOptions options;
  options.divergence = {beta};
  options.solver = Solver::multiplicative;
  options.iterations = iterations;
  options.tolerance = 0;
  return options;
}

double difference(const Doubles& actual, const Doubles& expected) {
  return (actual - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("every kernel target computes the literal update of H for every divergence") {
  for (const std::string& target : kernel_targets())
    for (const double beta : {1.0, 0.0, 2.0, 0.5, 1.5, 3.0}) {
      const ForcedTarget forced(target);
      Random random(7);
      for (int i = 0; i < 25; ++i) {
        const RandomProblem problem(random, beta);
        CAPTURE(target, beta, i, problem.bins, problem.fixed + problem.free, problem.frames);
        const Doubles V = problem.V.cast<double>();
        const Doubles W = problem.W.cast<double>();
        if (V.sum() == 0) continue;
        const auto found = infer_activations(problem.V, problem.W, plain(beta, 3));
        Doubles H(W.cols(), V.cols());
        H.rowwise() = V.colwise().sum() / static_cast<double>(W.cols());
        for (int update = 0; update < 3; ++update) update_activations(V, W, H, beta);
        const Doubles expected = model(W, H);
        REQUIRE(difference(model(W, found.H.cast<double>()), expected) < 1e-4);
        REQUIRE(found.report.final_cost() ==
                Approx(divergence(V, expected, beta)).epsilon(1e-5).margin(1e-9 * V.sum()));
      }
    }
}

TEST_CASE("every kernel target computes the literal update of W for every divergence") {
  for (const std::string& target : kernel_targets())
    for (const double beta : {1.0, 0.0, 2.0, 0.5, 3.0}) {
      const ForcedTarget forced(target);
      Random random(8);
      for (int i = 0; i < 25; ++i) {
        const RandomProblem problem(random, beta);
        CAPTURE(target, beta, i, problem.bins, problem.fixed, problem.free, problem.frames);
        if (problem.V.sum() == 0) continue;
        NmfOptions options = plain(beta, 2);
        options.components = problem.free;
        const Matrix fixed = problem.W.leftCols(problem.fixed);
        const auto found = factorize(problem.V, fixed, options);
        const Doubles V = problem.V.cast<double>();
        Doubles W(problem.bins, problem.fixed + problem.free);
        Doubles H(W.cols(), problem.frames);
        literal_start(V, fixed, options.seed, W, H);
        for (int update = 0; update < 2; ++update) {
          update_dictionary(V, W, H, problem.fixed, beta);
          update_activations(V, W, H, beta);
        }
        const Doubles expected = model(W, H);
        REQUIRE(difference(model(found.W.cast<double>(), found.H.cast<double>()), expected) < 1e-4);
        REQUIRE(found.report.final_cost() ==
                Approx(divergence(V, expected, beta)).epsilon(1e-5).margin(1e-9 * V.sum()));
      }
    }
}

TEST_CASE("NMFSEP_TARGET chooses the kernel, and a name that the machine has not is refused") {
  CHECK(kernel_target() == kernel_targets().front());
  CHECK(kernel_targets().back() == "scalar");
  {
    const ForcedTarget forced("scalar");
    CHECK(kernel_target() == "scalar");
  }
  const ForcedTarget forced("mmx");
  CHECK_THROWS_WITH(factorize(Matrix::Ones(4, 4), NmfOptions{}),
                    contains("NMFSEP_TARGET = 'mmx', must be one of") && contains("scalar"));
}

TEST_CASE("divergences have names, and other names are refused") {
  for (const char* name : {"kl", "is", "euclidean", "beta=0.5"})
    CHECK(to_string(divergence_from_string(name)) == name);
  for (const char* name : {"", "KL", "beta=", "beta=4", "beta=-1", "beta=1x", "beta=nan"})
    CHECK_THROWS_WITH(divergence_from_string(name), contains("must be kl, is, euclidean"));
}

TEST_CASE("solvers have names, and other names are refused") {
  for (const char* name : {"multiplicative", "squarem"})
    CHECK(to_string(solver_from_string(name)) == name);
  CHECK_THROWS_WITH(solver_from_string("newton"), contains("must be squarem or multiplicative"));
}
