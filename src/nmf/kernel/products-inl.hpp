// The one loop that both products of an update are: a panel of rows or components against the two
// vectors of a tile's lanes.
//
//                  b, steps × lanes
//                  ┌────┬────┐
//          step ─▶ │ b₀ │ b₁ │             13 (6) × 2 sums stay in registers; a step loads two
//                  └────┴────┘             vectors and broadcasts an entry of A to each panel row
//     ┌───┐        ┌────┬────┐
//     │ a │  · ·   │ Σ  │ Σ  │ ×  13 rows, or 6 with 16 registers
//     └───┘        └────┴────┘
//
// Compiled once for each target.

#if defined(NMFSEP_PRODUCTS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef NMFSEP_PRODUCTS_INL_HPP
#undef NMFSEP_PRODUCTS_INL_HPP
#else
#define NMFSEP_PRODUCTS_INL_HPP
#endif

#include <hwy/highway.h>

#include <type_traits>

#include "nmf/kernel/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr Index panel = 13;  // 26 of 32 registers hold sums
#else
constexpr Index panel = 6;  // 12 of 16
#endif

/// Rows or components.
struct Range {
  Index first, last;
  Index size() const { return last - first; }
};

/// The i-th of `count` nearly equal parts of `total`.
inline Range part(Index i, Index count, Index total) {
  return {i * total / count, (i + 1) * total / count};
}

inline Index panels(Index total) { return (total + panel - 1) / panel; }

/// Calls f with `size` (1 to `panel`) as a compile-time constant.
template <Index Size = panel, typename F>
HWY_INLINE void with_size(Index size, const F& f) {
  if constexpr (Size == 1)
    f(std::integral_constant<Index, 1>());
  else if (size == Size)
    f(std::integral_constant<Index, Size>());
  else
    with_size<Size - 1>(size, f);
}

/// sums(i) = start(i) + Σ over `count` steps of at(step, i)·b(step), for Size × 2 vectors that stay
/// in registers; b is steps × lanes.
template <Index Size, typename Start, typename At>
HWY_INLINE void multiply(const Start& start, const At& at, Index count, const float* HWY_RESTRICT b,
                         float* HWY_RESTRICT sums) {
  const Floats d;
  V sum[Size][2];
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i) {
    sum[i][0] = start(i * lanes);
    sum[i][1] = start(i * lanes + length);
  }
  for (Index step = 0; step < count; ++step) {
    const V b0 = hn::Load(d, b + step * lanes);
    const V b1 = hn::Load(d, b + step * lanes + length);
    NMFSEP_UNROLL
    for (Index i = 0; i < Size; ++i) {
      const V a = hn::Set(d, *at(step, i));
      sum[i][0] = hn::MulAdd(a, b0, sum[i][0]);
      sum[i][1] = hn::MulAdd(a, b1, sum[i][1]);
    }
  }
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i) {
    hn::Store(sum[i][0], d, sums + i * lanes);
    hn::Store(sum[i][1], d, sums + i * lanes + length);
  }
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NMFSEP_PRODUCTS_INL_HPP
