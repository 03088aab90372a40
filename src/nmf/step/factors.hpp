#pragma once

#include <tbb/enumerable_thread_specific.h>

#include "nmf/step/penalised.hpp"
#include "nmf/step/workspace.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/nmf/shared.hpp"

namespace nmfsep {

/// A factorisation on its way: V ≈ (W·H) / scale, W = [fixed | free].
struct Factors {
  /// From a random start: of one stream of numbers, or where frames are shared of one a block.
  Factors(const MatrixView& spectra, const MatrixView& fixed, const NmfOptions& nmf_options,
          const SharedFrames* shared = nullptr);

  Index free() const { return options.components; }
  bool is_kl() const { return options.divergence.beta == 1; }
  /// The step of either factor, given the exponent on its ratio.
  Step step(double exponent) const;
  /// ‖w_k‖₂ of every column.
  Vector norms() const { return W.colwise().norm().transpose(); }

  const Kernel& kernel;
  const MatrixView& V;
  const MatrixView& fixed_columns;  ///< of W, as they were given
  const Index fixed;                ///< their number
  const NmfOptions& options;
  float scale = 1;
  JobScales frames;  ///< what a penalty knows of them; empty where there is none
  RowMatrix W;
  Matrix H;
  Vector rescale;  ///< what H's rows owe to W's columns, which have been made to sum to one
  tbb::enumerable_thread_specific<Workspace> workspaces;
};

}  // namespace nmfsep
