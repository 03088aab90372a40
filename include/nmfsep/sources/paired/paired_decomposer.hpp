#pragma once

#include "nmfsep/nmf/activation_finder.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"

namespace nmfsep {

/// Sources as paired dictionaries. Each frame of the mixture, with its neighbours as far as the
/// atoms reach, is explained by the analysis atoms of all sources. Its activations times
/// a source's reconstruction atoms say what the source does in these frames, and a frame's estimate
/// is the mean of all that overlap there. Frames beyond the ends are silent, and no frame looks
/// into another channel. With several members an estimate is the mixture under the mean of the
/// members' masks (`wiener_masks` of exponent 1).
class PairedDecomposer final : public Decomposer {
 public:
  /// Throws InvalidArgument when there is no model, two share a name, they differ in analysis,
  /// context or number of members (both are named), or the options are invalid.
  PairedDecomposer(const std::vector<PairedDictionary>& models, const NmfOptions& options);
  /// The same of models that lie anywhere; they are not needed afterwards.
  PairedDecomposer(const std::vector<const PairedDictionary*>& models, const NmfOptions& options);

  std::vector<std::string> source_names() const override { return names_; }
  std::optional<Index> reach() const override { return context_ - 1; }
  Index components() const override { return members_.front().finder.components(); }
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  /// One member of every model.
  struct Member {
    ActivationFinder finder;             ///< knows the analysis atoms of all sources
    std::vector<Matrix> reconstruction;  ///< a source each, as `overlap_mean` takes it
  };

  static Member join(const std::vector<const PairedDictionary*>& models, std::size_t member,
                     const NmfOptions& options);
  Decomposition explain(const Matrix& padded, Index channels, const Member& member,
                        const ProgressCallback& progress) const;

  std::vector<std::string> names_;
  int context_ = 1;
  std::vector<Member> members_;
};

}  // namespace nmfsep
