#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nmfsep/nets/network.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"

namespace nmfsep {

/// How well a network on its way separates mixtures that its training does not learn from.
struct HeldOutLook {
  int network = 0;    ///< of the set's, from 0
  int step = 0;       ///< after which it was looked at
  float sdr = 0;      ///< dB, of the running means of its weights
  bool kept = false;  ///< whether these are the weights that the set has
};

/// What tells the sources of a set apart. From what a frame and its neighbours look like (see
/// MaskFeatures) each network says a number z for each source and bin; soft-max over the sources
/// makes masks of them, and the networks' masks are averaged (Huang et al., 2015, IEEE/ACM TASLP
/// 23, with masks inside the network).
struct MaskNet {
  std::vector<std::string> sources;  ///< in the order of its outputs
  int context = 9;                   ///< frames it looks at, odd
  std::vector<Network> networks;  ///< features → sources · bins, bins of a source together; alike
  int steps = 0;                  ///< that the training of each made
  std::vector<HeldOutLook> looks = {};  ///< at their trainings, in the order of networks and steps
  float share = 0;                      ///< of the dictionaries in the mean of both masks, 0 to 1
  bool estimates = false;  ///< whether it hears the dictionaries' masks; see heard_logits
};

/// A source of a set that was trained to be told apart: its dictionary, and its place in the set's
/// network. All sources of the set explain a mixture together; the dictionaries alone do beside
/// others.
struct MaskNetwork final : Model {
  PairedDictionary dictionary;
  int place = 0;                       ///< of its outputs among the network's
  std::shared_ptr<const MaskNet> net;  ///< in the model of place 0 alone

  std::string kind() const override;
  std::string describe_kind() const override;
  Index components() const override { return dictionary.components(); }
  std::string component_word() const override { return "exemplars"; }
  int context() const override { return dictionary.context(); }
  std::vector<std::pair<std::string, std::string>> facts() const override;
  Metadata details() const override;
  std::vector<Tensor> tensors() const override;
  void validate() const override;
  std::unique_ptr<Part> part(int member, const NmfOptions& options) const override;
};

extern const SourceKind mask_network_kind;

}  // namespace nmfsep
