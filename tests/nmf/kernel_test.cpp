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

NmfOptions steps(Solver solver, double beta, int iterations) {
  NmfOptions options;
  options.divergence = {beta};
  options.solver = solver;
  options.iterations = iterations;
  options.tolerance = 0;
  return options;
}

/// Plain and over-relaxed steps in turns.
Solver either(int i) { return i % 2 == 0 ? Solver::multiplicative : Solver::over_relaxed; }

struct Shape {
  Index bins, components, frames;
};

}  // namespace

TEST_CASE("every kernel target computes the literal update of H for every divergence") {
  for (const std::string& target : kernel_targets())
    for (const double beta : {1.0, 0.0, 2.0, 0.5, 1.5, 3.0}) {
      const ForcedTarget forced(target);
      Random random(7);
      for (int i = 0; i < 25; ++i) {
        const RandomProblem problem(random, beta);
        CAPTURE(target, beta, i, problem.bins, problem.fixed + problem.free, problem.frames);
        if (problem.V.sum() == 0) continue;
        const NmfOptions options = steps(either(i), beta, 3);
        const Activations found = infer_activations(problem.V, problem.W, options);
        expect_literal_activations(found, problem.V, problem.W, options);
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
        NmfOptions options = steps(either(i), beta, 2);
        options.components = problem.free;
        const Matrix fixed = problem.W.leftCols(problem.fixed);
        const Factorisation found = factorise(problem.V, fixed, options);
        expect_literal_factors(found, problem.V, fixed, options);
      }
    }
}

TEST_CASE("one component or thousands, few bins or many, and one frame are no special cases") {
  const auto shape = GENERATE(Shape{65, 1, 40}, Shape{65, 5000, 3}, Shape{8193, 1, 1},
                              Shape{8193, 30, 2}, Shape{1025, 300, 1});
  CAPTURE(shape.bins, shape.components, shape.frames);
  Random random(12);
  Matrix W = random_matrix(shape.bins, shape.components, random);
  W.array().rowwise() /= W.array().colwise().sum();
  const Matrix V = random_spectrogram(shape.bins, shape.frames, random);
  NmfOptions options = steps(Solver::multiplicative, 1, 2);
  options.components = shape.components;
  for (const std::string& target : kernel_targets()) {
    const ForcedTarget forced(target);
    CAPTURE(target);
    expect_literal_activations(infer_activations(V, W, options), V, W, options);
    expect_literal_factors(factorise(V, options), V, Matrix(shape.bins, 0), options);
  }
}

TEST_CASE("kernel targets agree after many updates") {
  Random random(13);
  const Matrix V = random_spectrogram(129, 100, random);
  NmfOptions options = steps(Solver::multiplicative, 1, 100);
  options.components = 20;
  const Factorisation best = factorise(V, options);
  const Doubles learnt = model(best.W.cast<double>(), best.H.cast<double>());
  const Matrix H = infer_activations(V, best.W, options).H;
  const Doubles inferred = model(best.W.cast<double>(), H.cast<double>());
  for (const std::string& target : kernel_targets()) {
    const ForcedTarget forced(target);
    CAPTURE(target);
    const Factorisation other = factorise(V, options);
    CHECK(difference(model(other.W.cast<double>(), other.H.cast<double>()), learnt) < 1e-4);
    const Matrix other_H = infer_activations(V, best.W, options).H;
    CHECK(difference(model(best.W.cast<double>(), other_H.cast<double>()), inferred) < 1e-4);
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
  CHECK_THROWS_WITH(factorise(Matrix::Ones(4, 4), NmfOptions{}),
                    contains("NMFSEP_TARGET = 'mmx', must be one of") && contains("scalar"));
}

TEST_CASE("divergences have names, and other names are refused") {
  for (const char* name : {"kl", "is", "euclidean", "beta=0.5"})
    CHECK(to_string(divergence_from_string(name)) == name);
  for (const char* name : {"", "KL", "beta=", "beta=4", "beta=-1", "beta=1x", "beta=nan"})
    CHECK_THROWS_WITH(divergence_from_string(name), contains("must be kl, is, euclidean"));
}

TEST_CASE("solvers have names, and other names are refused") {
  for (const char* name : {"multiplicative", "over-relaxed", "squarem"})
    CHECK(to_string(solver_from_string(name)) == name);
  CHECK_THROWS_WITH(solver_from_string("newton"),
                    contains("must be multiplicative, over-relaxed, squarem or em"));
}
