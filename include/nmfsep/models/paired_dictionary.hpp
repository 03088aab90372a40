#pragma once

#include <vector>

#include "nmfsep/models/dictionary.hpp"

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
struct PairedDictionary : ModelHeader {
  int context = 1;                 ///< frames an analysis atom spans, odd
  std::vector<AtomPairs> members;  ///< of the ensemble, at least one; all of one size
};

/// Most members of an ensemble.
inline constexpr int most_members = 100;

}  // namespace nmfsep
