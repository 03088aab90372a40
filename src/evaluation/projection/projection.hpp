#pragma once

#include <optional>
#include <vector>

#include "evaluation/projection/correlation.hpp"

namespace nmfsep {

/// The filters with which reference channels come nearest to estimate channels.
struct Projection {
  std::vector<Index> channels;  ///< the K reference channels that are filtered
  Eigen::MatrixXd filters;  ///< taps × Q·K: column q·K + k filters channels[k] for estimates[q]

  /// [q]: the energy of the projected estimate, silence around, as its filters' product with its
  /// correlations: right to some 1e-10 of the estimate's own. Empty where doubles do not solve the
  /// equations.
  Eigen::ArrayXd explained;

  /// The smallest over the largest eigenvalue of the Gram matrix of references of unit energy, to
  /// a few per cent: 1 when they are white and independent; where it nears the rounding error the
  /// filters are no longer determined.
  double conditioning = 1.0;

  /// Reference channels that are linear combinations of the others, and so were left out.
  Index dependent_channels = 0;

  /// False when the equations could not be solved, or have more unknowns than there are samples:
  /// the filters mean nothing.
  bool solved = true;

  /// For equations that are not solved: filters of zeros.
  void give_up(Index taps, std::size_t estimates);
};

/// Solves the normal equations of projecting estimates on the references `channels`, in the
/// least-squares sense. Silent channels and copies are left out, which changes no projection.
/// Nothing where the references depend on each other so nearly that the precision of a double does
/// not do.
std::optional<Projection> project(const Correlations& correlations, std::span<const Index> channels,
                                  std::span<const Index> estimates);

}  // namespace nmfsep
