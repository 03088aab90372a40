#pragma once

#include "nmfsep/sources/mask_network/mask_network.hpp"

namespace nmfsep {

/// The sources of a set: the mixture under the mean of what their network and their dictionaries
/// say. An estimate is the mixture times the mask, for a mask exponent of one.
class MaskDecomposer final : public Decomposer {
 public:
  /// `models` are MaskNetworks, the sources of one set, in any order. Throws InvalidArgument naming
  /// those that miss.
  MaskDecomposer(std::vector<SourceModel> models, const NmfOptions& options);

  std::vector<std::string> source_names() const override;
  std::optional<Index> reach() const override;
  Index components() const override { return dictionaries_->components(); }
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  /// |X| of |X|^exponent: networks see magnitudes whatever the dictionaries explain.
  Matrix magnitudes_of(const MatrixView& V) const;

  std::vector<SourceModel> models_;  ///< in the order of the network's outputs
  std::vector<Index> places_;        ///< of the outputs in the order that was given
  std::shared_ptr<const MaskNet> net_;
  std::unique_ptr<const Decomposer> dictionaries_;  ///< in the order of the network's outputs
};

}  // namespace nmfsep
