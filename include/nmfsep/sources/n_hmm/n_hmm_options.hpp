#pragma once

namespace nmfsep {

/// How a non-negative hidden Markov model is learnt. Atoms of a state and updates are those of
/// NmfOptions.
struct NHmmOptions {
  int states = 20;     ///< small dictionaries, one of which sounds at a time
  double draws = 100;  ///< counts that a frame of the mean level is worth: fewer leave more states
                       ///< possible, more leave one alone

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  friend bool operator==(const NHmmOptions&, const NHmmOptions&) = default;
};

}  // namespace nmfsep
