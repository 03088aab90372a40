#pragma once

#include <optional>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// What is scored: samples × channels, in double so that a published number can be reproduced.
using Signal = Eigen::MatrixXd;

/// A signal that is read in pieces, for what is too long for memory. Used by one thread at a time.
/// What it throws ends the scoring and reaches its caller, so that a reader may also cancel.
class SignalReader {
 public:
  virtual ~SignalReader() = default;

  virtual Index samples() const = 0;
  virtual Index channels() const = 0;

  /// Goes back to the first sample.
  virtual void rewind() = 0;

  /// The next `count` samples, of which there are at least as many left.
  virtual Signal next(Index count) = 0;
};

/// A ratio in dB, within ±`largest_score`; empty where the definition gives no number.
using Score = std::optional<double>;

/// Energies further apart than this (dB) differ by rounding alone: an estimate that equals its
/// reference scores this much, where the formula would give infinity or noise around 300 dB.
inline constexpr double largest_score = 200.0;

}  // namespace nmfsep
