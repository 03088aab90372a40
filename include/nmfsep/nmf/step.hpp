#pragma once

namespace nmfsep {

/// How far a factor moves. At q = (numerator ⊘ denominator)^exponent a bound of the cost, a sum
/// over the entries of B, is least; the step ends `relaxation` times as far from 1: at 1 + ω(q − 1)
/// where q > 1, and elsewhere at the reciprocal of what 1/q gives.
struct Step {
  float exponent = 1;
  float relaxation = 1;
};

}  // namespace nmfsep
