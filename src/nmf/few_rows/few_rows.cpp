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
//                      2  40 updates, each frame for        the same again whenever no
//                         itself, of the atoms that it      extrapolation is under way; the frame's
//                         still has (LiveAtoms): some       atoms are gathered anew when fewer are
//                         70 of 800, in the end 30          left
//                             ▼
//                          H, mostly 0                      masks come of it and of atoms that have
//                                                           all rows
//
// The first level multiplies all atoms with a tile of frames. On the second the frames of a tile
// would have six times as many atoms between them as each has itself, so there the rows of one
// frame are the lanes (kernel/single-inl.hpp). A frame knows nothing of others: rows are merged and
// atoms dropped by what it holds itself.

#include "nmfsep/nmf/few_rows.hpp"

#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "nmf/checks.hpp"
#include "nmf/few_rows/row_merger.hpp"
#include "nmf/few_rows/searches.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

using Starts = std::vector<Index>;

/// to (groups) ← the sums over groups of rows.
void sum_groups(const Starts& starts, const float* from, float* to) {
  for (std::size_t g = 0; g + 1 < starts.size(); ++g) {
    float sum = 0;
    for (Index row = starts[g]; row < starts[g + 1]; ++row) sum += from[row];
    to[g] = sum;
  }
}

Index groups(const Starts& starts) { return static_cast<Index>(starts.size()) - 1; }

void append_columns(const MatrixView& M, std::vector<const float*>& columns) {
  for (Index t = 0; t < M.cols(); ++t) columns.push_back(M.col(t).data());
}

/// Each column summed over groups of rows.
Matrix on_groups(const Starts& starts, const std::vector<const float*>& columns) {
  Matrix merged(groups(starts), static_cast<Index>(columns.size()));
  tbb::parallel_for(Index{0}, merged.cols(), [&](Index k) {
    sum_groups(starts, columns[static_cast<std::size_t>(k)], merged.col(k).data());
  });
  return merged;
}

/// As the kernel of a single frame wants it.
RowMatrix in_runs(const Matrix& W) {
  RowMatrix runs = RowMatrix::Zero(in_whole_runs(W.rows()) / single_run * W.cols(), single_run);
  for (Index row = 0; row < W.rows(); ++row)
    runs.col(row % single_run).segment(row / single_run * W.cols(), W.cols()) =
        W.row(row).transpose();
  return runs;
}

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

/// H ← what the first level finds.
void search_first(const FewRowsJob& job, const Matrix& V, Matrix& H) {
  const Index lanes = job.kernel.lanes;
  tbb::enumerable_thread_specific<FirstSearch> searches([&] { return FirstSearch(job); });
  tbb::parallel_for(Index{0}, (V.cols() + lanes - 1) / lanes,
                    [&](Index tile) { searches.local().solve(V, tile * lanes, H); });
}

/// H by the second level, and how that went.
NmfReport polish(const FewRowsJob& job, const Matrix& V, Matrix& H) {
  std::vector<TileReport> frames(static_cast<std::size_t>(V.cols()));
  tbb::enumerable_thread_specific<FrameSearch> searches([&] { return FrameSearch(job); });
  tbb::parallel_for(Index{0}, V.cols(), [&](Index t) {
    frames[static_cast<std::size_t>(t)] = searches.local().polish(V, t, H.col(t));
    job.gate.advance(1);
  });
  NmfReport report = merge(frames, job.updates);
  report.iterations += job.first_updates;
  for (CostSample& sample : report.cost) sample.iteration += job.first_updates;
  return report;
}

}  // namespace

struct FewRows::Levels {
  FewRowsOptions options;
  Index rows = 0;              ///< before merging
  std::vector<Index> sources;  ///< atoms of each
  MergedAtoms second, first;
};

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
  MergedAtoms& second = levels->second;
  MergedAtoms& first = levels->first;

  RowMerger merger(sources, context);
  merger.merge_to(std::min(options.rows, levels->rows / 3));
  second.starts = merger.starts();
  merger.merge_to(options.first_rows);
  first.starts = merger.starts();

  std::vector<const float*> columns;
  for (const MatrixView& atoms : sources) append_columns(atoms, columns);
  const auto merge_atoms = [&](const MergedAtoms& level) {
    const Matrix W = on_groups(level.starts, columns);
    return Matrix((W.array() < spectrum_floor).select(0, W));
  };
  first.W = merge_atoms(first);
  first.sums = first.W.colwise().sum().transpose();
  const Matrix W = merge_atoms(second);
  second.W = in_runs(W);
  second.sums = W.colwise().sum().transpose();
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
  std::vector<const float*> columns;
  append_columns(V, columns);

  Activations result{Matrix(second.sums.size(), V.cols()), {}};
  ProgressGate gate(progress, "factorise", V.cols());
  const FewRowsJob job{choose_kernel(),
                       first,
                       second,
                       sources,
                       faintest_of(sources, settings.faintest),
                       part_of(settings.first_updates, options.iterations),
                       part_of(settings.updates, options.iterations),
                       options,
                       gate};
  search_first(job, on_groups(first.starts, columns), result.H);
  result.report = polish(job, on_groups(second.starts, columns), result.H);
  gate.finish();
  return result;
}

void drop_faint(const std::vector<Index>& sources, double part, Eigen::Ref<Matrix> H) {
  const float least = faintest_of(sources, part);
  for (Index t = 0; t < H.cols(); ++t) drop_faint(sources, least, H.col(t).data());
}

}  // namespace nmfsep
