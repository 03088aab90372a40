#pragma once

#include <optional>

#include "nmfsep/nmf/few_rows.hpp"

namespace nmfsep {

/// Finds what known atoms of several sources say together of a mixture: on few rows where they are
/// many (FewRows), else on all of them (infer_activations). Const means safe to use from many
/// threads.
class ActivationFinder {
 public:
  /// The atoms of each source, over `context` frames, as FewRows takes them. Throws InvalidArgument
  /// as infer_activations.
  ActivationFinder(const std::vector<MatrixView>& sources, Index context, NmfOptions options);

  /// Activations of all sources, one after the other, in V (rows of atoms × frames). Each frame is
  /// a problem of its own: any split of V into blocks of frames gives the same bits.
  Activations find(const MatrixView& V, const ProgressCallback& progress = {}) const;

  /// Of all sources.
  Index components() const { return components_; }

 private:
  NmfOptions options_;
  std::vector<Index> sources_;  ///< atoms of each
  Index components_ = 0;
  std::optional<FewRows> few_rows_;
  Matrix atoms_;  ///< side by side; empty where few rows do
};

}  // namespace nmfsep
