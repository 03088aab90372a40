#pragma once

#include <vector>

#include "nmf/step/tile_solver.hpp"

namespace nmfsep {

/// The atoms that still sound in some frame of a tile, gathered side by side. Owned by one thread.
class LiveAtoms {
 public:
  /// `sources`: atoms of each; W: the atoms of all, which must outlive it.
  LiveAtoms(const std::vector<Index>& sources, const TileAtoms& all, Index lanes);

  /// All atoms, as a new tile begins.
  void reset();

  /// Makes 0, lane by lane, what is below `part` of its own source's sum there (B: live atoms ×
  /// lanes). Sums run over the atoms in order, so that atoms which are 0 in a lane change no bit of
  /// it, whether they are gathered or not.
  void prune(float part, float* B);

  /// Leaves out atoms that are 0 in all lanes where that makes the tile so much smaller that it
  /// pays. Whether B and the atoms have become fewer.
  bool gather(float* B);

  TileAtoms atoms() const;
  const std::vector<Index>& places() const { return live_; }  ///< of the live atoms among all

 private:
  void move(const std::vector<Index>& kept, float* B);

  const std::vector<Index>& sources_;
  const TileAtoms& all_;
  const Index lanes_;
  std::vector<Index> live_;
  std::vector<Index> counts_;  // live atoms of each source
  std::vector<float> least_;   // of a source, each lane
  std::vector<float> W_;       // rows × live, once fewer than all
  std::vector<float> sums_;
};

}  // namespace nmfsep
