#pragma once

#include "nmfsep/sources/autoencoder/autoencoder.hpp"

namespace nmfsep {

/// Sources that are all networks without time in them, by KL, or by squared error where all were
/// trained so. Each frame is explained by itself and has its own stop, so
/// that any blocks of frames give the same bits. A frame's cost is that of the frame brought to a
/// mean of one, with the models' largest floor on both sides of KL.
class NetworkDecomposer final : public Decomposer {
 public:
  /// `models` are Autoencoders. Throws InvalidArgument when there is none, two share a name, models
  /// see differently (both are named), or the options are invalid.
  NetworkDecomposer(std::vector<SourceModel> models, NmfOptions options);

  std::vector<std::string> source_names() const override;
  std::optional<Index> reach() const override { return 0; }
  Index components() const override;
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  std::vector<SourceModel> models_;
  NmfOptions options_;
};

}  // namespace nmfsep
