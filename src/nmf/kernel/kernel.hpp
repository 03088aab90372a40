#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"
#include "nmfsep/nmf/divergence.hpp"
#include "nmfsep/nmf/step.hpp"

namespace nmfsep {

/// ε under every model A·B, where X is scaled so that its largest entry lies in [1, 2). It acts as
/// one more component that never changes, so X / (A·B + ε) is finite and updates stay monotone.
inline constexpr float model_floor = 0x1p-40F;

/// What is smaller counts as 0 (spectra: −300 dB of the mean), since denormal products would run a
/// hundred times slower. So do entries that are denormal themselves.
inline constexpr float spectrum_floor = 0x1p-50F;
inline constexpr float factor_floor = 0x1p-60F;

/// The kernel of a single frame wants rows in runs of so many: a run of the first component, of the
/// second, …, then the next runs; A and X are filled with 0 to the end of the last.
inline constexpr Index single_run = 64;

/// The number of rows with that.
constexpr Index in_whole_runs(Index rows) {
  return (rows + single_run - 1) / single_run * single_run;
}

/// Columns of a column-major matrix, or rows of it, that lie side by side in the lanes of a tile.
struct LaneSource {
  const float* first = nullptr;   ///< entry of lane 0, row 0
  Index stride = 0;               ///< from a column of the matrix to the next
  Index lanes = 0;                ///< in use; the others read as 0
  bool lanes_are_columns = true;  ///< else lanes are neighbours within a column
  const float* scales =
      nullptr;                 ///< each lane's power of two, as many as Kernel::lanes; after it …
  float floor = factor_floor;  ///< … what is below this becomes …
  float least = 0;             ///< … this
};

/// Columns of a column-major matrix that the lanes of a tile go to.
struct LaneTarget {
  float* first = nullptr;  ///< entry of lane 0, row 0
  Index stride = 0;        ///< from a column of the matrix to the next
  Index lanes = 0;         ///< in use
};

/// One tile of X ≈ A·B: a few columns of X side by side. With A = W a lane is a frame of V and B
/// holds its activations; with A = Hᵀ a lane is a bin of V and B holds its row of W.
struct TileProblem {
  const float* X = nullptr;  ///< rows × lanes, in cache; null: read block by block from …
  LaneSource source;         ///< … here
  const float* A = nullptr;  ///< rows × components, one row after the other (or in runs)
  Index rows = 0;
  Index components = 0;
  Index first_free = 0;          ///< components before it get no gradient
  const float* B = nullptr;      ///< components × lanes
  float* numerator = nullptr;    ///< free components × lanes; null: no gradient
  bool keep_numerator = false;   ///< it is known: Euclidean's depends on A and X alone
  float* denominator = nullptr;  ///< the same; left alone for KL, where it is Aᵀ·1
  bool add_gradient = false;     ///< to what is in numerator and denominator, from earlier rows
  double* cost = nullptr;        ///< each lane's divergence; null: not computed
  float* scratch = nullptr;      ///< Kernel::scratch_size floats
};

/// What an update computes, compiled for one kind of processor. All pointers to tiles are aligned
/// as Workspace aligns them. No state: safe to use from many threads.
struct Kernel {
  const char* target;  ///< "avx512", "avx2", "sse4", "neon" or "scalar"
  Index lanes;
  Index scratch_size;
  Index scratch_of_component;  ///< so many floats more for each

  /// tile (rows × lanes) ← `rows` rows of the source from `first_row` on.
  void (*load)(const LaneSource& source, Index first_row, Index rows, float* tile);
  /// The first `rows` rows of the target's columns ← tile (rows × lanes). Null for a single frame.
  void (*store)(const float* tile, Index rows, const LaneTarget& target);
  /// The split gradient of the divergence at B, and on request its value.
  void (*compute)(const TileProblem& problem, const Divergence& divergence);
  /// B ← B ⊙ step over `size` entries, and to the end of the last vector. Where the denominator is
  /// 0, B stays.
  void (*apply)(const float* numerator, const float* denominator, const Step& step, Index size,
                float* B);
  /// Each lane's squared extrapolation from three iterates (components × lanes), into `third`'s
  /// place: Varadhan & Roland (2008), scheme 3, with steps of 1 to 64.
  void (*extrapolate)(const float* first, const float* second, Index components, float* third);

  /// For one frame of few components, by the Kullback-Leibler divergence alone: whole, free of
  /// fixed components, from X in cache.
  const Kernel* single;
};

/// The kernels that this machine can run, the best first; the portable reference last.
const std::vector<const Kernel*>& supported_kernels();

/// The best kernel, or the one that the environment variable NMFSEP_TARGET names. Throws
/// InvalidArgument for a name that this machine has not.
const Kernel& choose_kernel();

}  // namespace nmfsep
