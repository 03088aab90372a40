#include "nmf/few_rows/searches.hpp"

namespace nmfsep {
namespace {

TileSize size_of(const TileAtoms& atoms) { return {atoms.rows, atoms.components}; }

}  // namespace

FirstSearch::FirstSearch(const FewRowsJob& job)
    : job_(job), solver_(job.kernel, job.options, job.gate, size_of(job.first.atoms())) {}

void FirstSearch::solve(const MatrixView& V, Index first, Matrix& H) {
  solver_.load(V, first);
  solver_.use(job_.first.atoms(), solver_.X());
  solver_.start_uniformly();
  solver_.run(job_.first_updates, {{}, [&](Index lane) { solver_.store(lane, H); }, false});
}

FrameSearch::FrameSearch(const FewRowsJob& job)
    : job_(job),
      all_(job.second.atoms()),
      solver_(*job.kernel.single, job.options, job.gate, size_of(all_)),
      live_(job.sources, all_) {}

TileReport FrameSearch::polish(const MatrixView& V, Index frame, Eigen::Ref<Vector> h) {
  solver_.load(V, frame);
  Eigen::Map<Vector>(solver_.activations(), h.size()) = h * solver_.scale(0);
  live_.reset();
  solver_.use(live_.atoms(), solver_.X());
  return solver_.run(job_.updates, {[this] { drop_faint(); }, [&](Index) { keep(h); }});
}

void FrameSearch::drop_faint() {
  live_.prune(job_.faintest, solver_.activations());
  if (live_.gather(solver_.activations())) solver_.use(live_.atoms(), solver_.X());
}

void FrameSearch::keep(Eigen::Ref<Vector> h) {
  h.setZero();
  const float* b = solver_.activations();
  for (const Index place : live_.places()) h(place) = *b++ / solver_.scale(0);
}

}  // namespace nmfsep
