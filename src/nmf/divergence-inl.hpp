// The divergences as the kernel sees them: vectors of X and of the model M = A·B + ε in, the
// weights of the split gradient out. Aᵀ·numerator − Aᵀ·denominator is minus the gradient
// (Févotte & Idier, 2011, equations 20 and 21). Compiled once for each target.

#if defined(NMFSEP_DIVERGENCE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef NMFSEP_DIVERGENCE_INL_HPP
#undef NMFSEP_DIVERGENCE_INL_HPP
#else
#define NMFSEP_DIVERGENCE_INL_HPP
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "nmf/kernel.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using V = hn::Vec<Floats>;

HWY_INLINE V constant(float value) { return hn::Set(Floats(), value); }

/// 1 / x within an ulp or two: an estimate and one Newton step where the estimate has 12 bits.
HWY_INLINE V reciprocal(V x) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  const V estimate = hn::ApproximateReciprocal(x);
  return hn::Mul(estimate, hn::NegMulAdd(x, estimate, constant(2)));
#else
  return hn::Div(constant(1), x);
#endif
}

/// The two weights of an entry. KL has no denominator to compute: it is Aᵀ·1.
struct Weights {
  V numerator, denominator;
};

struct KullbackLeibler {
  static constexpr bool has_denominator = false;
  HWY_INLINE Weights weights(V x, V m) const { return {hn::Mul(x, reciprocal(m)), x}; }

  /// m·((1 + y)·log(1 + y) − y) with y = (x − m) / m, exact where the fit is good; m − ε at x = 0,
  /// so that silence costs nothing.
  HWY_INLINE V cost(V x, V m) const {
    const V y = hn::Mul(hn::Sub(x, m), reciprocal(m));
    const V logarithm = hn::Log1p(Floats(), hn::Max(y, constant(-1 + 0x1p-20F)));
    const V fit = hn::Mul(m, hn::Sub(hn::MulAdd(y, logarithm, logarithm), y));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(Floats())), fit, hn::Sub(m, constant(model_floor)));
  }
};

struct ItakuraSaito {
  static constexpr bool has_denominator = true;
  HWY_INLINE Weights weights(V x, V m) const {
    const V r = reciprocal(m);
    return {hn::Mul(hn::Mul(x, r), r), r};
  }
  HWY_INLINE V cost(V x, V m) const {
    const V y = hn::Mul(hn::Sub(x, m), reciprocal(m));
    return hn::Sub(y, hn::Log1p(Floats(), hn::Max(y, constant(-1 + 0x1p-20F))));
  }
};

struct Euclidean {
  static constexpr bool has_denominator = true;
  HWY_INLINE Weights weights(V x, V m) const { return {x, m}; }
  HWY_INLINE V cost(V x, V m) const {
    const V difference = hn::Sub(x, m);
    return hn::Mul(hn::Mul(difference, difference), constant(0.5F));
  }
};

struct GeneralBeta {
  static constexpr bool has_denominator = true;
  static HWY_INLINE V power(V base, double exponent) {
    const Floats d;
    return hn::Exp(d, hn::Mul(constant(static_cast<float>(exponent)), hn::Log(d, base)));
  }
  HWY_INLINE Weights weights(V x, V m) const {
    const V p = power(m, beta - 2);
    return {hn::Mul(x, p), hn::Mul(m, p)};
  }
  HWY_INLINE V cost(V x, V m) const {
    const V p = power(m, beta - 1);
    const V tiny = constant(spectrum_floor);
    const V x_power = hn::IfThenElseZero(hn::Ge(x, tiny), power(hn::Max(x, tiny), beta));
    const V mixed = hn::Mul(p, hn::Sub(hn::Mul(m, constant(static_cast<float>(beta - 1))),
                                       hn::Mul(x, constant(static_cast<float>(beta)))));
    return hn::Mul(hn::Add(x_power, mixed), constant(static_cast<float>(1 / (beta * (beta - 1)))));
  }

  double beta = 1;
};

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NMFSEP_DIVERGENCE_INL_HPP
