#pragma once

#include <vector>

#include "evaluation/extended/double_double.hpp"
#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep::test {

/// Energies that the definition of BSS Eval needs of one estimate, all channels together.
struct ProjectedEnergies {
  DoubleDouble reference;      ///< |s|²
  DoubleDouble estimate;       ///< |e|²
  DoubleDouble of_both;        ///< ⟨s, e⟩
  DoubleDouble target;         ///< |P_s e|²
  DoubleDouble all_explained;  ///< |P e|²
};

/// Of each source, by a dense Cholesky factorisation of the normal equations of every delay of
/// every channel, in pairs of doubles (32 digits). Delays that leave less than 10⁻²³ of their
/// energy to be explained are left out. Takes unknowns³ / 3 products: 5 stereo sources of 512 taps
/// a minute or so.
std::vector<ProjectedEnergies> dense_projection(const std::vector<Signal>& references,
                                                const std::vector<Signal>& estimates, Index taps);

}  // namespace nmfsep::test
