#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

NmfOptions learn(Index components, int iterations, double tolerance = 0) {
  NmfOptions options;
  options.components = components;
  options.iterations = iterations;
  options.tolerance = tolerance;
  options.seed = 11;
  options.solver = Solver::over_relaxed;
  return options;
}

NmfOptions learn_by(Solver solver, Index components, int iterations) {
  NmfOptions options = learn(components, iterations);
  options.solver = solver;
  return options;
}

/// What the divergence, seen from 1, is bounded by in one entry (Févotte & Idier, 2011, table 2),
/// over the denominator: least at x = q = ratio^γ.
double bound(double x, double q, double beta) {
  const auto antiderivative = [](double y, double power) {  // of y^power
    return power == -1 ? std::log(y) : std::pow(y, power + 1) / (power + 1);
  };
  const double ratio = std::pow(q, 1 / update_exponent(beta));
  return antiderivative(x, beta < 1 ? 0 : beta - 1) -
         ratio * antiderivative(x, beta > 2 ? 0 : beta - 2);
}

}  // namespace

TEST_CASE("factorisations equal the literal updates in double over hundreds of problems") {
  Random random(1);
  for (int problem = 0; problem < 300; ++problem) {
    const auto bins = static_cast<Index>(2 + random.below(60));
    const auto fixed_columns = static_cast<Index>(random.below(4));
    const auto free = static_cast<Index>(1 + random.below(8));
    const auto frames = static_cast<Index>(1 + random.below(80));
    const auto iterations = static_cast<int>(1 + random.below(12));
    CAPTURE(problem, bins, fixed_columns, free, frames, iterations);
    const Matrix fixed = random_dictionary(bins, fixed_columns, random);
    const Matrix V = random_spectrogram(bins, frames, random);
    if (V.sum() == 0) continue;
    const auto solver = problem % 2 == 0 ? Solver::multiplicative : Solver::over_relaxed;
    const NmfOptions options = learn_by(solver, free, iterations);

    const Factorisation found = factorise(V, fixed, options);

    expect_literal_factors(found, V, fixed, options);
    REQUIRE(found.W.leftCols(fixed_columns) == fixed);
    for (Index k = 0; k < found.W.cols(); ++k)
      REQUIRE(found.W.col(k).sum() == Approx(1).epsilon(1e-5));
  }
}

TEST_CASE("the cost never rises but for rounding") {
  Random random(2);
  const auto solver = GENERATE(Solver::multiplicative, Solver::over_relaxed);
  for (int problem = 0; problem < 20; ++problem) {
    const Matrix V = random_spectrogram(50, 70, random);
    const NmfReport report = factorise(V, learn_by(solver, 10, 400)).report;
    REQUIRE(report.cost.size() == 41);
    REQUIRE(report.cost.front().iteration == 0);
    REQUIRE(report.cost.back().iteration == 400);
    for (std::size_t i = 1; i < report.cost.size(); ++i)
      REQUIRE(report.cost[i].cost <= report.cost[i - 1].cost + 1e-7 * V.sum());
  }
}

TEST_CASE("an over-relaxed step raises the bound of the cost nowhere") {
  for (int tenths = 0; tenths <= 30; ++tenths) {
    const double beta = 0.1 * tenths;
    NmfOptions options;
    options.divergence = {beta};
    options.solver = Solver::over_relaxed;
    const LiteralStep step(options);
    for (int exponent = -300; exponent <= 300; ++exponent) {
      const double q = std::pow(10, 0.01 * exponent);
      const double ratio = std::pow(q, 1 / update_exponent(beta));
      const double start = bound(1, q, beta);
      CAPTURE(beta, q);
      REQUIRE(bound(step(ratio), q, beta) <= start + 1e-12 * std::abs(start));
    }
  }
}

TEST_CASE("no over-relaxed update raises the cost, whatever the divergence") {
  Random random(12);
  for (const double beta : {1.0, 0.0, 0.5, 1.5, 2.0, 2.5, 3.0}) {
    Matrix V = random_spectrogram(30, 40, random);
    if (beta < 1) V.array() += 1e-3F * V.maxCoeff();
    NmfOptions options = learn(6, 1);
    options.divergence = {beta};
    double before = factorise(V, options).report.cost.front().cost;
    for (options.iterations = 1; options.iterations <= 40; ++options.iterations) {
      CAPTURE(beta, options.iterations);
      const double cost = factorise(V, options).report.final_cost();
      REQUIRE(cost <= before * (1 + 1e-6));
      before = cost;
    }
  }
}

TEST_CASE("over-relaxation reaches in 32 updates what 50 plain ones do not") {
  Random random(10);
  for (const double beta : {1.0, 0.0, 2.0})
    for (int problem = 0; problem < 5; ++problem) {
      CAPTURE(beta, problem);
      Matrix V = random_spectrogram(60, 300, random);
      V.array() += 1e-3F * V.maxCoeff();
      NmfOptions options = learn_by(Solver::multiplicative, 12, 50);
      options.divergence = {beta};
      const double plain = factorise(V, options).report.final_cost();
      options.solver = Solver::over_relaxed;
      options.iterations = 32;
      CHECK(factorise(V, options).report.final_cost() < plain);
    }
}

TEST_CASE("a factorisation has the same bits on any number of threads and on a second run") {
  Random random(3);
  const Index frames = GENERATE(333, 4100);  // the latter in four slices
  const Matrix V = random_spectrogram(65, frames, random);
  const Matrix fixed = random_dictionary(65, 3, random);
  const Factorisation first = factorise(V, fixed, learn(9, 20));
  for (const int threads : {1, 1, 2, 7})
    on_threads(threads, [&] {
      const Factorisation again = factorise(V, fixed, learn(9, 20));
      CHECK(again.W == first.W);
      CHECK(again.H == first.H);
      CHECK(again.report.final_cost() == first.report.final_cost());
    });
}

TEST_CASE("sums over slices of many frames equal the literal updates") {
  Random random(9);
  for (const Index frames : {2100, 4099, 9000}) {  // 2, 4 and 8 slices
    CAPTURE(frames);
    const Matrix V = random_spectrogram(20, frames, random);
    const Matrix fixed = random_dictionary(20, 2, random);
    for (const double beta : {1.0, 2.0}) {
      NmfOptions options = learn(3, 3);
      options.divergence = {beta};
      const Factorisation found = factorise(V, fixed, options);
      expect_literal_factors(found, V, fixed, options);
    }
  }
}

TEST_CASE("a factorisation stops at its tolerance, or at its number of updates") {
  Random random(4);
  const Matrix V = random_spectrogram(40, 60, random);
  const NmfReport stopped = factorise(V, learn(4, 100000, 1e-3)).report;
  CHECK(stopped.termination == Termination::tolerance);
  CHECK(stopped.iterations == stopped.cost.back().iteration);
  const NmfReport full = factorise(V, learn(4, 25)).report;
  CHECK(full.termination == Termination::iterations);
  CHECK(full.cost.back().iteration == 25);
}

TEST_CASE("silence, denormals and very loud input give finite factors") {
  Random random(5);
  const Matrix V = random_spectrogram(33, 40, random);
  for (const float level : {0.0F, 1e-40F, 1e-20F, 1e30F}) {
    CAPTURE(level);
    const Factorisation found = factorise(V * level, learn(5, 100));
    CHECK(found.W.allFinite());
    CHECK(found.H.allFinite());
    CHECK(std::isfinite(found.report.final_cost()));
    for (Index k = 0; k < 5; ++k) CHECK(found.W.col(k).sum() == Approx(1).epsilon(1e-5));
  }
}

TEST_CASE("more components than frames or bins is no trouble") {
  Random random(6);
  const Matrix V = random_spectrogram(3, 2, random);
  const Factorisation found = factorise(V, learn(40, 50));
  CHECK(found.H.allFinite());
  CHECK((found.W * found.H - V).cwiseAbs().maxCoeff() < 1e-2F * V.maxCoeff());
}

TEST_CASE("factorise names what is wrong with its input") {
  const Matrix V = Matrix::Ones(4, 4);
  CHECK_THROWS_WITH(factorise(V, learn(0, 10)), contains("components = 0, must be from 1"));
  CHECK_THROWS_WITH(factorise(V, learn(2, 0)), contains("iterations = 0, must be from 1"));
  CHECK_THROWS_WITH(factorise(V, learn(2, 10, -1)), contains("tolerance = -1, must be"));
  CHECK_THROWS_WITH(factorise(-V, learn(2, 10)), contains("V(0, 0) = -1"));
  CHECK_THROWS_WITH(factorise(V, Matrix::Ones(3, 1), learn(2, 10)), contains("must be equal"));
  CHECK_THROWS_WITH(factorise(V, Matrix::Ones(4, 1), learn(2, 10)), contains("must sum to one"));
  CHECK_THROWS_AS(factorise(Matrix(0, 0), learn(2, 10)), InvalidArgument);
}

TEST_CASE("progress counts updates and cancelling ends factorise with Cancelled") {
  const Matrix V = Matrix::Ones(30, 40);
  std::int64_t done = -1;
  factorise(V, learn(3, 50), [&done](const Progress& progress) {
    CHECK(progress.done >= done);
    CHECK(progress.total == 50);
    done = progress.done;
    return Answer::proceed;
  });
  CHECK(done == 50);
  const auto cancel = [](const Progress&) { return Answer::cancel; };
  CHECK_THROWS_AS(factorise(V, learn(3, 50), cancel), Cancelled);
}
