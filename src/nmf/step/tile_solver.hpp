#pragma once

#include <functional>

#include "nmf/step/workspace.hpp"
#include "nmfsep/core/progress_gate.hpp"
#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep {

/// How the frames of one tile went.
struct TileReport {
  std::vector<double> cost;  ///< after 0, 10, 20, … updates; then as it stays
  int iterations = 0;        ///< of the slowest frame
  bool all_converged = false;
};

/// Adds up the tiles in their order, after at most `iterations` updates; a tile that stopped early
/// keeps its last cost.
NmfReport merge(const std::vector<TileReport>& tiles, int iterations);

/// A dictionary as a tile's updates want it; it belongs to the caller.
struct TileAtoms {
  const float* W = nullptr;  ///< rows × components, one row after the other (or in runs)
  Index rows = 0;
  Index components = 0;
  const float* sums = nullptr;    ///< of the columns: the denominator of KL
  const Vector* norms = nullptr;  ///< ‖w_k‖₂, for a penalty where there is one
};

/// The most that a tile's updates work on.
struct TileSize {
  Index rows = 0;
  Index components = 0;
};

/// Updates the activations of a tile's frames with W known: all updates in one go, while they sit
/// in cache. Each frame is a problem of its own. Owned by one thread.
class TileSolver {
 public:
  /// What happens between updates.
  struct Hooks {
    std::function<void()> rest;  ///< before each step that no extrapolation holds: the time to
                                 ///< change activations and atoms; may be empty
    std::function<void(Index lane)> keep;  ///< the frame of this lane has come to its end
    bool stops = true;                     ///< frames stop by the tolerance; else by updates alone
  };

  TileSolver(const Kernel& kernel, const NmfOptions& options, ProgressGate& gate, TileSize most);

  /// Takes as many frames of V (all rows) from `first` on as there are lanes or frames left.
  void load(const MatrixView& V, Index first);
  /// Equal activations of the atoms in use with each frame's sum: what one update makes of any
  /// uniform start.
  void start_uniformly();
  /// The atoms that the next updates use, as many as there are activations; X: their rows × lanes.
  void use(const TileAtoms& atoms, const float* X);
  /// Makes up to `updates` updates.
  TileReport run(int updates, const Hooks& hooks);

  const float* X() const { return X_.data(); }                ///< V's rows × lanes, scaled
  float* activations() { return space_.B.data(); }            ///< components × lanes, scaled
  Index column(Index lane) const { return at(lane).column; }  ///< of V
  float scale(Index lane) const { return at(lane).scale; }    ///< of V and H in the tile
  /// The frame's column of H, of as many rows as there are atoms in use, ← its activations.
  void store(Index lane, Matrix& H) const;
  Index lanes() const { return lanes_; }

 private:
  struct Frame {
    bool active = false;
    Index column = 0;
    float scale = 1;
    double sum = 0;        // of the frame, scaled
    double cost = 0;       // at the last check
    double incumbent = 0;  // at the last point whose cost is known
  };
  Frame& at(Index lane) { return frames_[static_cast<std::size_t>(lane)]; }
  const Frame& at(Index lane) const { return frames_[static_cast<std::size_t>(lane)]; }

  Index size() const { return atoms_.components * lanes_; }  // of the activations
  bool penalised() const { return options_.penalty != nullptr; }
  int extrapolation_phase(int iteration, int updates) const;
  void reset_denominator();
  void compute(bool first, bool with_cost);
  void penalise(bool with_cost);
  double exponent() const;
  void apply();
  void step(int phase);
  void take_incumbents();
  void reject_worse();
  double rest_converged(int iteration, const Hooks& hooks);

  const Kernel& kernel_;
  const NmfOptions& options_;
  ProgressGate& gate_;
  const Index lanes_;
  TileAtoms atoms_;
  const float* explained_ = nullptr;  // X of the atoms in use
  Workspace space_;
  AlignedFloats X_;
  AlignedFloats first_, second_, third_;  // iterates of an extrapolation, components × lanes
  Vector scales_, weights_, totals_;      // of frames, for a penalty
  std::vector<Frame> frames_;
  Index frames_in_V_ = 0;
};

}  // namespace nmfsep
