// The vectors of floats that a target computes with. Compiled once for each target.

#if defined(NMFSEP_VECTORS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef NMFSEP_VECTORS_INL_HPP
#undef NMFSEP_VECTORS_INL_HPP
#else
#define NMFSEP_VECTORS_INL_HPP
#endif

#include <hwy/highway.h>

#include "nmfsep/core/types.hpp"

// Loops over registers are unrolled whatever the compiler thinks.
#if defined(__clang__)
#define NMFSEP_UNROLL _Pragma("clang loop unroll(full)")
#else
#define NMFSEP_UNROLL _Pragma("GCC unroll 16")
#endif

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using V = hn::Vec<Floats>;

HWY_INLINE V constant(float value) { return hn::Set(Floats(), value); }

constexpr Index length = HWY_LANES(float);  // of a vector
constexpr Index lanes = 2 * length;         // of a tile

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NMFSEP_VECTORS_INL_HPP
