#pragma once

#include "nmfsep/sources/n_hmm/markov_chain.hpp"
#include "nmfsep/sources/registry.hpp"

namespace nmfsep {

/// A non-negative hidden Markov model (Mysore, Smaragdis & Raj, 2010, LVA/ICA): the source is in
/// one state at a time, each with a small dictionary of its own, and goes from state to state as a
/// Markov chain does. A frame is a sample of draws from the mixture of its state's atoms.
struct NHmm final : Model {
  Matrix W;           ///< bins × (states · components of each); columns sum to one
  MarkovChain chain;  ///< among the states
  float draws = 100;  ///< that a frame of the mean level is worth

  Index states() const { return chain.states(); }
  /// Atoms of a state.
  Index state_components() const { return W.cols() / states(); }

  std::string kind() const override;
  std::string describe_kind() const override;
  /// Of all states.
  Index components() const override { return W.cols(); }
  /// The states' atoms.
  std::vector<Index> blocks() const override;
  std::string describe_training() const override;
  std::vector<std::pair<std::string, std::string>> facts() const override;
  Metadata details() const override;
  std::vector<Tensor> tensors() const override;
  void validate() const override;
  /// A plain dictionary of the atoms of all states: beside sources of another kind, or such as are
  /// learnt from the mixture, any states may sound at once.
  std::unique_ptr<Part> part(int member, const NmfOptions& options) const override;
};

extern const SourceKind n_hmm_kind;

/// Most states of a model.
inline constexpr int most_states = 1000;

}  // namespace nmfsep
