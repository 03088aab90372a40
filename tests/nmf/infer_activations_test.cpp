#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

NmfOptions updates(int iterations, double tolerance = 0) {
  NmfOptions options;
  options.iterations = iterations;
  options.tolerance = tolerance;
  options.solver = Solver::multiplicative;
  return options;
}

}  // namespace

TEST_CASE("activations equal the literal updates in double over hundreds of problems") {
  Random random(1);
  for (int problem = 0; problem < 300; ++problem) {
    const auto bins = static_cast<Index>(1 + random.below(70));
    const auto components = static_cast<Index>(1 + random.below(20));
    const auto frames = static_cast<Index>(1 + random.below(40));
    const auto iterations = static_cast<int>(1 + random.below(25));
    CAPTURE(problem, bins, components, frames, iterations);
    const Matrix W = random_dictionary(bins, components, random);
    // Explainable everywhere: no bin that all atoms leave out.
    const Matrix V = (random_spectrogram(bins, frames, random).array() *
                      (W.rowwise().sum().array() > 0).cast<float>().replicate(1, frames))
                         .matrix();

    NmfOptions options = updates(iterations);
    if (problem % 2 == 1) options.solver = Solver::over_relaxed;

    const Activations found = infer_activations(V, W, options);

    expect_literal_activations(found, V, W, options);
    REQUIRE(found.report.iterations == iterations);
  }
}

TEST_CASE("any split of the frames gives the same bits, whatever the tolerance") {
  Random random(2);
  const Matrix W = random_dictionary(65, 12, random);
  const Matrix V = random_spectrogram(65, 101, random);
  NmfOptions options = updates(60, 1e-3);
  options.solver = GENERATE(Solver::multiplicative, Solver::over_relaxed, Solver::squarem);
  const Matrix whole = infer_activations(V, W, options).H;
  for (const Index chunk : {1, 7, 16, 50}) {
    Matrix pieces(whole.rows(), whole.cols());
    for (Index first = 0; first < V.cols(); first += chunk) {
      const Index count = std::min(chunk, V.cols() - first);
      pieces.middleCols(first, count) = infer_activations(V.middleCols(first, count), W, options).H;
    }
    CHECK(pieces == whole);
  }
}

TEST_CASE("activations have the same bits on any number of threads") {
  Random random(3);
  const Matrix W = random_dictionary(65, 12, random);
  const Matrix V = random_spectrogram(65, 333, random);
  const Activations first = infer_activations(V, W, updates(30));
  for (const int threads : {1, 2, 7})
    on_threads(threads, [&] {
      const Activations again = infer_activations(V, W, updates(30));
      CHECK(again.H == first.H);
      CHECK(again.report.final_cost() == first.report.final_cost());
    });
}

TEST_CASE("with a tolerance every frame stops by itself, with nearly the same cost") {
  Random random(4);
  const Matrix W = random_dictionary(65, 8, random);
  const Matrix V = random_spectrogram(65, 64, random);
  const NmfReport stopped = infer_activations(V, W, updates(100000, 1e-6)).report;
  const NmfReport full = infer_activations(V, W, updates(5000)).report;
  CHECK(stopped.termination == Termination::tolerance);
  CHECK(stopped.iterations < 100000);
  CHECK(stopped.cost.back().iteration == stopped.iterations);
  CHECK(stopped.final_cost() == Approx(full.final_cost()).epsilon(1e-2));
  CHECK(full.termination == Termination::iterations);
}

TEST_CASE("extrapolation reaches in 60 updates what 200 plain ones do not, and never rises") {
  Random random(8);
  for (const double beta : {1.0, 0.0, 2.0, 0.5}) {
    CAPTURE(beta);
    const Matrix W = random_dictionary(65, 20, random);
    Matrix V = random_spectrogram(65, 40, random);
    V.array() += 1e-3F * V.maxCoeff();
    NmfOptions options = updates(200);
    options.divergence = {beta};
    const double plain = infer_activations(V, W, options).report.final_cost();
    options.solver = Solver::squarem;
    options.iterations = 60;
    const auto cost = infer_activations(V, W, options).report.cost;
    CHECK(cost.back().cost < plain);
    for (std::size_t i = 1; i < cost.size(); ++i)
      REQUIRE(cost[i].cost <= cost[i - 1].cost * (1 + 1e-6));
  }
}

TEST_CASE("silence, zeros, denormals and very loud frames give finite activations") {
  Random random(5);
  const Matrix W = random_dictionary(33, 5, random);
  Matrix V = random_spectrogram(33, 6, random);
  V.col(0).setZero();
  V.col(1) *= 1e-42F;
  V.col(2) *= 1e30F;
  V.col(3).setZero();
  V(7, 3) = 1;
  V.col(4).setConstant(1e-44F);
  const Activations found = infer_activations(V, W, updates(500));
  CHECK(found.H.allFinite());
  CHECK(found.H.minCoeff() >= 0);
  CHECK(found.H.col(0).isZero(0));
  CHECK(std::isfinite(found.report.final_cost()));
  CHECK(infer_activations(Matrix::Zero(33, 3), W, updates(20)).report.final_cost() == 0);
}

TEST_CASE("a frame's level changes nothing but the scale of its activations") {
  Random random(6);
  const Matrix W = random_dictionary(40, 6, random);
  const Matrix V = random_spectrogram(40, 5, random);
  const Matrix quiet = infer_activations(V * 0x1p-60F, W, updates(50)).H;
  CHECK(quiet * 0x1p60F == infer_activations(V, W, updates(50)).H);
}

TEST_CASE("bins that no atom explains do not spoil the others") {
  Matrix W = Matrix::Zero(3, 2);
  W(0, 0) = W(1, 1) = 1;
  const Matrix V = Matrix::Ones(3, 1);
  const Activations found = infer_activations(V, W, updates(50));
  CHECK(found.H(0) == Approx(1));
  CHECK(found.H(1) == Approx(1));
}

TEST_CASE("infer_activations names what is wrong with its input") {
  const Matrix W = Matrix::Constant(4, 2, 0.25F);
  const auto infer = [](const Matrix& V, const Matrix& dictionary) {
    return [=] { infer_activations(V, dictionary, NmfOptions{}); };
  };
  CHECK_THROWS_WITH(infer(Matrix::Ones(5, 2), W)(), contains("W has 4 bins and V has 5"));
  CHECK_THROWS_WITH(infer(Matrix(4, 0), W)(), contains("V is empty"));
  CHECK_THROWS_WITH(infer(Matrix::Ones(4, 2), Matrix(4, 0))(), contains("W is empty"));
  CHECK_THROWS_WITH(infer(Matrix::Constant(4, 2, -1), W)(), contains("V(0, 0) = -1"));
  CHECK_THROWS_WITH(infer(Matrix::Constant(4, 2, NAN), W)(), contains("must be finite"));
  CHECK_THROWS_WITH(infer(Matrix::Ones(4, 2), W * 2)(), contains("column 0 sums to 2"));
}

TEST_CASE("cancelling ends infer_activations with Cancelled") {
  Random random(7);
  const Matrix W = random_dictionary(200, 50, random);
  const Matrix V = random_spectrogram(200, 500, random);
  int calls = 0;
  const auto second_call_cancels = [&calls](const Progress&) {
    return ++calls < 2 ? Answer::proceed : Answer::cancel;
  };
  CHECK_THROWS_AS(infer_activations(V, W, updates(1000000), second_call_cancels), Cancelled);
}
