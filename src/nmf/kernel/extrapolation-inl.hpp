// Squared extrapolation of a fixed-point iteration from three iterates: Varadhan & Roland (2008),
// scheme 3. Compiled once for each target.

#if defined(NMFSEP_EXTRAPOLATION_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef NMFSEP_EXTRAPOLATION_INL_HPP
#undef NMFSEP_EXTRAPOLATION_INL_HPP
#else
#define NMFSEP_EXTRAPOLATION_INL_HPP
#endif

#include <hwy/highway.h>

#include "nmf/kernel/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

/// What three iterates differ by.
struct Differences {
  HWY_INLINE Differences(V first, V second, V third)
      : r(hn::Sub(second, first)), v(hn::Sub(hn::Sub(third, second), r)) {}
  V r, v;
};

/// ‖r‖ / ‖v‖ from the squares of both (v's not 0), between 1 and 64.
HWY_INLINE V squared_step(V r_norm, V v_norm) {
  return hn::Clamp(hn::Sqrt(hn::Div(r_norm, v_norm)), constant(1), constant(64));
}

/// Where the step leads; a tenth of the third iterate where that is not positive.
HWY_INLINE V extrapolated(V first, V second, V third, V step) {
  const Differences by(first, second, third);
  const V far = hn::MulAdd(hn::Mul(step, step), by.v, hn::MulAdd(hn::Add(step, step), by.r, first));
  return hn::IfThenElse(hn::Gt(far, hn::Zero(Floats())), far, hn::Mul(constant(0.1F), third));
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NMFSEP_EXTRAPOLATION_INL_HPP
