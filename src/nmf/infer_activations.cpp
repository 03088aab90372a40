#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "checks.hpp"
#include "nmf/step/tile_solver.hpp"
#include "nmfsep/nmf/convolutive.hpp"
#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {
namespace {

/// The job that all tiles share.
struct Problem {
  const Kernel& kernel;
  const MatrixView& V;
  const TileAtoms& atoms;
  const NmfOptions& options;
  ProgressGate& gate;
};

/// Columns of H from `first` on, as many as there are lanes or frames left.
TileReport solve(const Problem& problem, TileSolver& solver, Index first, Matrix& H) {
  solver.load(problem.V, first);
  solver.use(problem.atoms, solver.X());
  solver.start_uniformly();
  return solver.run(problem.options.iterations, {{}, [&](Index lane) { solver.store(lane, H); }});
}

}  // namespace

Activations infer_activations(const MatrixView& V, const MatrixView& W, const NmfOptions& options,
                              const ProgressCallback& progress) {
  options.validate();
  require_non_negative(V, "V");
  require_non_negative(W, "W");
  require_bins(W, V);
  require_unit_columns(W);

  if (options.penalty && options.penalty->reach() != 0)
    return infer_convolutive(V, W, options, progress);

  const Kernel& kernel = choose_kernel();
  const RowMatrix rows = (W.array() < spectrum_floor).select(0, W);
  const Vector sums = rows.colwise().sum().transpose();
  const Vector norms = rows.colwise().norm().transpose();
  const TileAtoms atoms{rows.data(), rows.rows(), rows.cols(), sums.data(), &norms};
  Activations result{Matrix(W.cols(), V.cols()), {}};
  std::vector<TileReport> tiles(static_cast<std::size_t>((V.cols() - 1) / kernel.lanes + 1));
  ProgressGate gate(progress, "factorise", V.cols());
  const Problem problem{kernel, V, atoms, options, gate};
  tbb::enumerable_thread_specific<TileSolver> solvers([&] {
    return TileSolver(kernel, options, gate, {rows.rows(), rows.cols()});
  });
  tbb::parallel_for(std::size_t{0}, tiles.size(), [&](std::size_t i) {
    const Index first = static_cast<Index>(i) * kernel.lanes;
    tiles[i] = solve(problem, solvers.local(), first, result.H);
    gate.advance(std::min(kernel.lanes, V.cols() - first));
  });
  gate.finish();
  result.report = merge(tiles, options.iterations);
  return result;
}

}  // namespace nmfsep
