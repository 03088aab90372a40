#pragma once

#include <span>

#include "nmfsep/sources/grouping/grouping.hpp"

namespace nmfsep {

/// Points, a row each: what is alike lies near.
using Points = Eigen::MatrixXd;

/// Atoms and how they were analysed.
struct Atoms {
  MatrixView W;  ///< bins × atoms
  const Analysis& analysis;
};

/// The first cepstral coefficients of each atom, without that of its level, in the order of
/// `atoms`: the cosine transform of the log of its bands, which are spaced as pitch is heard up to
/// the lowest Nyquist rate of all, so that atoms of different analyses compare.
Points cepstra(std::span<const Atoms> atoms);

/// The autocorrelation of each row of H (components × frames · channels) at a few lags up to a
/// fifth of a second, 1 for what stays as it is: how long a component sounds.
Points persistence(const Matrix& H, const Analysis& analysis);

/// Pearson's correlation of the square roots of the rows of H, components × components.
Eigen::MatrixXd activation_correlation(const Matrix& H);

/// |a − b|² of all pairs.
Eigen::MatrixXd squared_distances(const Points& points);

}  // namespace nmfsep
