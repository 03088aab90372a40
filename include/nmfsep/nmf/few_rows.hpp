#pragma once

#include <memory>
#include <vector>

#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// How much of a search on few rows is left out. The defaults are what was measured
/// (docs/notes-few-rows.md).
struct FewRowsOptions {
  Index first_rows = 150;      ///< of the first level, which finds out which atoms count
  Index rows = 600;            ///< of the second, which polishes; a third of all at most
  double first_updates = 0.4;  ///< of the first level, as a part of NmfOptions::iterations
  double updates = 0.8;        ///< of the second
  double faintest = 3e-3;      ///< atoms below this part of their own source's sum are dropped
};

/// A large dictionary whose activations are found on few rows and few atoms: neighbouring rows that
/// the atoms hardly tell apart are merged, and atoms that hardly sound are dropped. For the
/// Kullback-Leibler divergence, of which sums over rows are sufficient statistics where atoms are
/// proportional. src/nmf/few_rows/few_rows.cpp draws it. Const means safe to use from many threads.
class FewRows {
 public:
  /// Whether a dictionary of so many rows and atoms is large enough to gain, and the job one that
  /// may go this way: Kullback-Leibler, no penalty, not `exact`.
  static bool suit(Index rows, Index components, const NmfOptions& options);

  /// The atoms of each source: rows × any number, columns that sum to one, over `context` frames
  /// of equally many rows, which are merged apart. Throws InvalidArgument for none, other sizes,
  /// and values that are no atoms'.
  FewRows(const std::vector<MatrixView>& sources, Index context, FewRowsOptions options = {});

  /// As infer_activations with all sources side by side. Dropped activations are exactly 0. Any
  /// split of V into blocks of frames gives the same bits. Iterations and tolerance count as in the
  /// full search, of which the updates here are a part; the reported divergence is that of the
  /// merged rows, which is never more than that of all.
  Activations infer(const MatrixView& V, const NmfOptions& options,
                    const ProgressCallback& progress = {}) const;

 private:
  struct Levels;
  std::shared_ptr<const Levels> levels_;
};

/// Makes 0 what is below `part` of the sum of its own source's activations in its frame; H holds
/// those of one source after the other, so many rows each. What remains says nearly all of a
/// source, and is cheap to multiply.
void drop_faint(const std::vector<Index>& sources, double part, Eigen::Ref<Matrix> H);

}  // namespace nmfsep
