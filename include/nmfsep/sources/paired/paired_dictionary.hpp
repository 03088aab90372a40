#pragma once

#include <vector>

#include "nmfsep/sources/registry.hpp"

namespace nmfsep {

/// Two atoms for each activation: one that finds it in a mixture, and one that says what the source
/// sounds like then.
struct AtomPairs {
  Matrix analysis_atoms;        ///< context · bins × components, frame after frame, oldest first;
                                ///< non-negative, columns sum to one
  Matrix reconstruction_atoms;  ///< the same shape, non-negative: what the source sounds like in
                                ///< these frames for an activation of one
};

/// A source's atoms that look at several frames at once, and those that the source is rebuilt from
/// (Virtanen, Gemmeke, Raj & Smaragdis, 2015, IEEE Signal Processing Magazine 32(2), on exemplars
/// with coupled dictionaries). Several members explain the mixture one by one; the decomposer
/// averages what they say.
struct PairedDictionary final : Model {
  int span = 1;                  ///< frames an analysis atom spans, odd
  std::vector<AtomPairs> pairs;  ///< a member of the ensemble each, at least one; all of one size

  std::string kind() const override;
  std::string describe_kind() const override;
  Index components() const override;
  int context() const override { return span; }
  int members() const override { return static_cast<int>(pairs.size()); }
  Metadata details() const override;
  std::vector<Tensor> tensors() const override;
  void validate() const override;
  /// In a job with other kinds a frame is what the atoms that overlap there say on the mean.
  std::unique_ptr<Part> part(int member, const NmfOptions& options) const override;
};

extern const SourceKind paired_kind;

}  // namespace nmfsep
