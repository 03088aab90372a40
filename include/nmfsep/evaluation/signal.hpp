#pragma once

#include <optional>
#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// What is scored: samples × channels, in double so that a published number can be reproduced.
using Signal = Eigen::MatrixXd;

/// A ratio in dB, within ±`largest_score`; empty where the definition gives no number.
using Score = std::optional<double>;

/// Energies further apart than this (dB) differ by rounding alone: an estimate that equals its
/// reference scores this much, where the formula would give infinity or noise around 300 dB.
inline constexpr double largest_score = 200.0;

}  // namespace nmfsep
