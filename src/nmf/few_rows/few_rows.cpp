// Activations of a large dictionary for a fiftieth of the work, which nobody can hear.
//
//      all rows             600                150          V, and W with it, summed over groups of
//     ┌────────┐         ┌────────┐         ┌────────┐      neighbouring rows that the atoms hardly
//     │        │  ─────▶ │        │  ─────▶ │        │      tell apart (RowMerger): KL sees the
//     sums │        │         └────────┘         └────────┘      alone where they do not at all
//     └────────┘              │                  │
//                             │           1  20 updates of all atoms from equal activations
//                             │                  ▼
//                             │            ▒█▒ ▒▒█▒▒█▒      what is below 3/1000 of its own
//                             │                  │          source's sum in a frame becomes 0
//                             ▼                  ▼
//                      2  40 updates of the atoms that     the same again whenever no
//                         still sound somewhere in the     extrapolation is under way; the tile's
//                         tile (LiveAtoms)                 atoms are gathered anew when fewer are
//                             │                            left
//                             ▼
//                          H, mostly 0                      masks come of it and of atoms that have
//                                                           all rows
//
// A frame knows nothing of its tile: rows are merged and atoms dropped by what it holds itself, and
// an atom that is 0 in a frame adds exact zeros to its sums, so it does not matter whether
// neighbours keep it among the gathered ones.

#include "nmfsep/nmf/few_rows.hpp"

#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "nmf/checks.hpp"
#include "nmf/few_rows/live_atoms.hpp"
#include "nmf/few_rows/row_merger.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

using Starts = std::vector<Index>;

/// to (groups) ← the sums over groups of rows; `stride` floats from a row to the next on each side.
void sum_groups(const Starts& starts, const float* from, float* to) {
  for (std::size_t g = 0; g + 1 < starts.size(); ++g) {
    float sum = 0;
    for (Index row = starts[g]; row < starts[g + 1]; ++row) sum += from[row];
    to[g] = sum;
  }
}

/// The same for rows of `width` floats each.
void sum_rows(const Starts& starts, Index width, const float* from, float* to) {
  for (std::size_t g = 0; g + 1 < starts.size(); ++g, to += width) {
    std::fill_n(to, width, 0.0F);
    for (Index row = starts[g]; row < starts[g + 1]; ++row)
      for (Index i = 0; i < width; ++i) to[i] += from[row * width + i];
  }
}

/// Where the fine groups that make each coarse one begin among the fine ones.
Starts within(const Starts& coarse, const Starts& fine) {
  Starts places;
  for (const Index start : coarse)
    places.push_back(std::lower_bound(fine.begin(), fine.end(), start) - fine.begin());
  return places;
}

Index groups(const Starts& starts) { return static_cast<Index>(starts.size()) - 1; }

/// A dictionary on merged rows.
struct Level {
  Starts starts;  ///< of its groups, in rows of the level below
  RowMatrix W;    ///< rows × components
  Vector sums;    ///< of the columns

  void finish() {
    W = (W.array() < spectrum_floor).select(0, W);
    sums = W.colwise().sum().transpose();
  }
  TileAtoms atoms() const { return {W.data(), W.rows(), W.cols(), sums.data()}; }
};

void require_atoms(const std::vector<MatrixView>& sources, Index context) {
  if (sources.empty()) throw InvalidArgument("FewRows: there is no source");
  for (const MatrixView& atoms : sources) {
    require_non_negative(atoms, "W");
    require_bins(atoms, sources.front());
    require_unit_columns(atoms);
  }
  if (context < 1 || sources.front().rows() % context != 0)
    throw InvalidArgument(fmt::format("FewRows: {} rows are not {} frames of equally many",
                                      sources.front().rows(), context));
}

int part_of(double part, int iterations) {
  return std::max(1, static_cast<int>(std::lround(part * iterations)));
}

/// Atoms are dropped below this part: of more than 400, an equal share is less.
float faintest_of(const std::vector<Index>& sources, double part) {
  const Index most = *std::max_element(sources.begin(), sources.end());
  return static_cast<float>(std::min(part, 400 * part / static_cast<double>(most)));
}

}  // namespace

struct FewRows::Levels {
  FewRowsOptions options;
  Index rows = 0;              ///< before merging
  std::vector<Index> sources;  ///< atoms of each
  Level second, first;
};

namespace {

/// Works on one tile after the other.
class FewRowsTile {
 public:
  struct Job {
    const Kernel& kernel;
    const Level& second;
    const Level& first;
    const std::vector<Index>& sources;
    float faintest;
    int first_updates, updates;
    const NmfOptions& options;
    ProgressGate& gate;
  };

  explicit FewRowsTile(const Job& job)
      : job_(job),
        all_(job.second.atoms()),
        solver_(job.kernel, job.options, job.gate, {all_.rows, all_.components}),
        live_(job.sources, all_, job.kernel.lanes),
        X_(job.first.W.rows() * job.kernel.lanes) {}

  /// Columns of H (0 before) from `first` on; V is on the second level's rows.
  TileReport solve(const MatrixView& V, Index first, Matrix& H) {
    solver_.load(V, first);
    sum_rows(job_.first.starts, solver_.lanes(), solver_.X(), X_.data());
    solver_.use(job_.first.atoms(), X_.data());
    solver_.start_uniformly();
    solver_.run(job_.first_updates, {{}, {}, false});
    live_.reset();
    solver_.use(live_.atoms(), solver_.X());
    return solver_.run(job_.updates,
                       {[this] { drop_faint(); }, [&](Index lane) { keep(lane, H); }});
  }

 private:
  void drop_faint() {
    live_.prune(job_.faintest, solver_.activations());
    if (live_.gather(solver_.activations())) solver_.use(live_.atoms(), solver_.X());
  }

  void keep(Index lane, Matrix& H) {
    const float* B = solver_.activations() + lane;
    for (const Index place : live_.places()) {
      H(place, solver_.column(lane)) = *B / solver_.scale(lane);
      B += solver_.lanes();
    }
  }

  const Job& job_;
  const TileAtoms all_;
  TileSolver solver_;
  LiveAtoms live_;
  AlignedFloats X_;  // the first level's rows × lanes
};

}  // namespace

bool FewRows::suit(Index rows, Index components, const NmfOptions& options) {
  constexpr Index smallest = 1'000'000;  // numbers in W: with fewer the full search takes little
  return !options.exact && options.divergence.beta == 1 && options.penalty == nullptr &&
         rows >= 2 * FewRowsOptions().rows && rows * components >= smallest;
}

FewRows::FewRows(const std::vector<MatrixView>& sources, Index context, FewRowsOptions options) {
  require_atoms(sources, context);
  auto levels = std::make_shared<Levels>();
  levels->options = options;
  levels->rows = sources.front().rows();
  for (const MatrixView& atoms : sources) levels->sources.push_back(atoms.cols());
  Level& second = levels->second;
  Level& first = levels->first;

  RowMerger merger(sources, context);
  merger.merge_to(std::min(options.rows, levels->rows / 3));
  second.starts = merger.starts();
  merger.merge_to(options.first_rows);
  first.starts = within(merger.starts(), second.starts);

  std::vector<const float*> columns;
  for (const MatrixView& atoms : sources)
    for (Index k = 0; k < atoms.cols(); ++k) columns.push_back(atoms.col(k).data());
  Matrix merged(groups(second.starts), static_cast<Index>(columns.size()));
  tbb::parallel_for(Index{0}, merged.cols(), [&](Index k) {
    sum_groups(second.starts, columns[static_cast<std::size_t>(k)], merged.col(k).data());
  });
  second.W = merged;
  second.finish();
  first.W.resize(groups(first.starts), merged.cols());
  sum_rows(first.starts, merged.cols(), second.W.data(), first.W.data());
  first.finish();
  levels_ = std::move(levels);
}

Activations FewRows::infer(const MatrixView& V, const NmfOptions& options,
                           const ProgressCallback& progress) const {
  options.validate();
  require_non_negative(V, "V");
  if (V.rows() != levels_->rows)
    throw InvalidArgument(
        fmt::format("FewRows: the atoms have {} rows, V has {}", levels_->rows, V.rows()));
  const auto& [settings, rows, sources, second, first] = *levels_;
  Matrix merged(second.W.rows(), V.cols());
  tbb::parallel_for(Index{0}, V.cols(), [&](Index t) {
    sum_groups(levels_->second.starts, V.col(t).data(), merged.col(t).data());
  });

  const Kernel& kernel = choose_kernel();
  Activations result{Matrix::Zero(second.W.cols(), V.cols()), {}};
  std::vector<TileReport> tiles(static_cast<std::size_t>((V.cols() - 1) / kernel.lanes + 1));
  ProgressGate gate(progress, V.cols());
  const FewRowsTile::Job job{kernel,
                             second,
                             first,
                             sources,
                             faintest_of(sources, settings.faintest),
                             part_of(settings.first_updates, options.iterations),
                             part_of(settings.updates, options.iterations),
                             options,
                             gate};
  tbb::enumerable_thread_specific<FewRowsTile> solvers([&] { return FewRowsTile(job); });
  tbb::parallel_for(std::size_t{0}, tiles.size(), [&](std::size_t i) {
    const Index from = static_cast<Index>(i) * kernel.lanes;
    tiles[i] = solvers.local().solve(merged, from, result.H);
    gate.advance(std::min(kernel.lanes, V.cols() - from));
  });
  gate.finish();
  result.report = merge(tiles, job.updates);
  result.report.iterations += job.first_updates;
  for (CostSample& sample : result.report.cost) sample.iteration += job.first_updates;
  return result;
}

void drop_faint(const std::vector<Index>& sources, double part, Eigen::Ref<Matrix> H) {
  const float least = faintest_of(sources, part);
  for (Index t = 0; t < H.cols(); ++t) {
    float* h = H.col(t).data();
    for (const Index count : sources) {
      float sum = 0;
      for (Index k = 0; k < count; ++k) sum += h[k];
      for (Index k = 0; k < count; ++k)
        if (h[k] < least * sum) h[k] = 0;
      h += count;
    }
  }
}

}  // namespace nmfsep
