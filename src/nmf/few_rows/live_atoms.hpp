#pragma once

#include <vector>

#include "nmf/step/tile_solver.hpp"

namespace nmfsep {

/// Makes 0 what is below `part` of its own source's sum: b holds an activation each atom, `counts`
/// of them of each source.
void drop_faint(const std::vector<Index>& counts, float part, float* b);

/// The atoms that still sound in a frame, gathered side by side. Owned by one thread.
class LiveAtoms {
 public:
  /// `sources`: atoms of each; W: the atoms of all, in runs, which must outlive it.
  LiveAtoms(const std::vector<Index>& sources, const TileAtoms& all);

  /// All atoms, as a new frame begins.
  void reset();

  /// Makes 0 what is below `part` of its own source's sum (b: an activation each live atom).
  void prune(float part, float* b) const { drop_faint(counts_, part, b); }

  /// Leaves out atoms that are 0 where that makes the frame so much smaller that it pays. Whether b
  /// and the atoms have become fewer.
  bool gather(float* b);

  TileAtoms atoms() const;
  const std::vector<Index>& places() const { return live_; }  ///< of the live atoms among all

 private:
  void move(const std::vector<Index>& kept, float* b);

  const std::vector<Index>& sources_;
  const TileAtoms& all_;
  std::vector<Index> live_;
  std::vector<Index> counts_;  // live atoms of each source
  AlignedFloats W_;            // rows × live in runs, once fewer than all
  std::vector<float> sums_;
};

}  // namespace nmfsep
