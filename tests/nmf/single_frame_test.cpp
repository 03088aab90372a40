#include <algorithm>

#include "nmf/few_rows/live_atoms.hpp"
#include "nmf/step/tile_solver.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"
#include "targets.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// W in runs, as the kernel of a single frame wants it, with its sums.
struct InRuns {
  explicit InRuns(const Matrix& W)
      : rows(W.rows()), values(in_whole_runs(rows) * W.cols()), sums(W.colwise().sum()) {
    for (Index row = 0; row < rows; ++row)
      for (Index k = 0; k < W.cols(); ++k)
        values.data()[(row / single_run * W.cols() + k) * single_run + row % single_run] =
            W(row, k);
  }
  TileAtoms atoms() const { return {values.data(), rows, sums.size(), sums.data()}; }

  Index rows;
  AlignedFloats values;
  Vector sums;
};

/// Activations of all frames, one after the other, and their cost.
Activations frame_by_frame(const Matrix& V, const Matrix& W, const NmfOptions& options) {
  const InRuns runs(W);
  const ProgressCallback nobody;
  ProgressGate gate(nobody, "factorise", V.cols());
  TileSolver solver(*choose_kernel().single, options, gate, {W.rows(), W.cols()});
  Activations found{Matrix(W.cols(), V.cols()), {}};
  std::vector<TileReport> frames;
  for (Index t = 0; t < V.cols(); ++t) {
    solver.load(V, t);
    solver.use(runs.atoms(), solver.X());
    solver.start_uniformly();
    frames.push_back(solver.run(
        options.iterations, {{}, [&](Index) {
                               found.H.col(t) = Eigen::Map<Vector>(solver.activations(), W.cols()) /
                                                solver.scale(0);
                             }}));
  }
  found.report = merge(frames, options.iterations);
  return found;
}

NmfOptions updates(Solver solver, int count) {
  NmfOptions options;
  options.solver = solver;
  options.iterations = count;
  options.tolerance = 0;
  return options;
}

}  // namespace

TEST_CASE("every kernel target computes the literal update of a frame alone") {
  for (const std::string& target : kernel_targets()) {
    const ForcedTarget forced(target);
    Random random(21);
    for (int i = 0; i < 25; ++i) {
      const auto rows = static_cast<Index>(1 + random.below(300));
      const Matrix W = random_dictionary(rows, static_cast<Index>(1 + random.below(90)), random);
      Matrix V = random_spectrogram(rows, 3, random);
      V.array().colwise() *= (W.rowwise().sum().array() > 0).cast<float>();
      CAPTURE(target, i, rows, W.cols());
      if (V.sum() == 0) continue;
      const NmfOptions options =
          updates(i % 2 == 0 ? Solver::multiplicative : Solver::over_relaxed, 1 + i % 4);
      expect_literal_activations(frame_by_frame(V, W, options), V, W, options);
    }
  }
}

TEST_CASE("a frame alone comes to where it comes in a tile, by extrapolations too") {
  Random random(22);
  const Matrix W = random_dictionary(150, 37, random);
  const Matrix V = random_spectrogram(150, 20, random);
  for (const std::string& target : kernel_targets()) {
    const ForcedTarget forced(target);
    const NmfOptions options = updates(Solver::squarem, 30);
    const Activations alone = frame_by_frame(V, W, options);
    const Activations tiles = infer_activations(V, W, options);
    CAPTURE(target);
    CHECK(difference(model(W.cast<double>(), alone.H.cast<double>()),
                     model(W.cast<double>(), tiles.H.cast<double>())) < 1e-3);
    CHECK(alone.report.final_cost() == Approx(tiles.report.final_cost()).epsilon(1e-4));
  }
}

TEST_CASE("atoms that are 0 in a frame may be left out") {
  Random random(23);
  const Matrix W = random_dictionary(100, 40, random);
  const InRuns runs(W);
  const TileAtoms all = runs.atoms();
  const std::vector<Index> sources{15, 25};
  LiveAtoms live(sources, all);
  AlignedFloats b(40);
  for (Index k = 0; k < 40; ++k) b.data()[k] = k % 5 == 0 || k > 30 ? 1 + static_cast<float>(k) : 0;
  REQUIRE(live.gather(b.data()));
  const TileAtoms kept = live.atoms();
  REQUIRE(kept.components == static_cast<Index>(live.places().size()));
  REQUIRE(kept.components == 16);
  for (Index i = 0; i < kept.components; ++i) {
    const Index k = live.places()[static_cast<std::size_t>(i)];
    CHECK((k % 5 == 0 || k > 30));
    CHECK(b.data()[i] == 1 + static_cast<float>(k));
    CHECK(kept.sums[i] == all.sums[k]);
    for (Index row = 0; row < 100; ++row)
      REQUIRE(kept.W[(row / single_run * kept.components + i) * single_run + row % single_run] ==
              W(row, k));
  }
  CHECK_FALSE(live.gather(b.data()));

  // By the sums of their own sources: 1 + 6 + 11 = 18 and 16 + 21 + 26 + 31 + 32 + … + 40 = 418.
  live.prune(0.06F, b.data());
  REQUIRE(live.gather(b.data()));
  CHECK(live.places() == std::vector<Index>{5, 10, 25, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39});
  live.reset();
  CHECK(live.atoms().components == 40);
}
