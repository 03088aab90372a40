#pragma once

#include "nmf/few_rows/live_atoms.hpp"
#include "nmf/step/tile_solver.hpp"

namespace nmfsep {

/// A dictionary on merged rows.
struct MergedAtoms {
  std::vector<Index> starts;  ///< of the groups, in rows before merging
  RowMatrix W;                ///< rows × components, or in runs: a row each run of each component
  Vector sums;                ///< of the columns

  Index rows() const { return static_cast<Index>(starts.size()) - 1; }
  TileAtoms atoms() const { return {W.data(), rows(), sums.size(), sums.data()}; }
};

/// What all frames of a search on few rows share.
struct FewRowsJob {
  const Kernel& kernel;
  const MergedAtoms& first;
  const MergedAtoms& second;          ///< in runs
  const std::vector<Index>& sources;  ///< atoms of each
  float faintest;                     ///< part of its source's sum that an atom must have
  int first_updates, updates;
  const NmfOptions& options;
  ProgressGate& gate;
};

/// The first level: finds out which atoms count, one tile of frames after the other. Owned by one
/// thread.
class FirstSearch {
 public:
  explicit FirstSearch(const FewRowsJob& job);

  /// Columns of H from `first` on, as many as a tile has; V is on the first level's rows.
  void solve(const MatrixView& V, Index first, Matrix& H);

 private:
  const FewRowsJob& job_;
  TileSolver solver_;
};

/// The second level: polishes one frame after the other with the atoms that it still has. Owned by
/// one thread.
class FrameSearch {
 public:
  explicit FrameSearch(const FewRowsJob& job);

  /// h: the frame's column of H, as the first level left it; V is on the second level's rows.
  TileReport polish(const MatrixView& V, Index frame, Eigen::Ref<Vector> h);

 private:
  void drop_faint();
  void keep(Eigen::Ref<Vector> h);

  const FewRowsJob& job_;
  const TileAtoms all_;
  TileSolver solver_;
  LiveAtoms live_;
};

}  // namespace nmfsep
