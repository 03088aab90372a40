#pragma once

#include <span>
#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// The columns of V (bins × frames) that may become atoms: those within 60 dB of the loudest, by
/// the sum of their magnitudes.
std::vector<Index> exemplar_candidates(const MatrixView& V);

/// `count` of the candidates (at most all), each as likely as any other.
std::vector<Index> draw_exemplars(std::vector<Index> candidates, Index count, Random& random);

/// The stretches of `context` frames around these middle frames of the spectra (bins × frames), one
/// below the other: context · bins × as many, columns that sum to one.
Matrix stretches_around(const Matrix& spectra, Index context, std::span<const Index> middles);

}  // namespace nmfsep
