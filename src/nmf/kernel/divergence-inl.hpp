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

#include "nmf/kernel/kernel.hpp"
#include "nmf/kernel/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

/// 1 / x within an ulp or two: an estimate and one Newton step where the estimate has 12 bits.
HWY_INLINE V reciprocal(V x) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  const V estimate = hn::ApproximateReciprocal(x);
  return hn::Mul(estimate, hn::NegMulAdd(x, estimate, constant(2)));
#else
  return hn::Div(constant(1), x);
#endif
}

/// log q = whole + f + tail for q > 0, where y = q − 1 is known better than from q: f is y itself
/// unless q is outside [2/3, 4/3), so that nothing is lost where log q is small.
struct Logarithm {
  Logarithm(V q, V y) {
    const Floats d;
    const hn::RebindToSigned<Floats> di;
    const auto bits = hn::BitCast(di, q);
    const auto power = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(di, 0x3F2AAAAB)));  // of 2
    const V mantissa = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(power)));
    near = hn::Eq(hn::ConvertTo(d, power), hn::Zero(d));
    whole = hn::Mul(hn::ConvertTo(d, power), constant(0.69314718F));
    f = hn::IfThenElse(near, y, hn::Sub(mantissa, constant(1)));
    // (log(1 + f) − f) / f² on [−1/3, 1/3]: own minimax fit, 3e-8 of the logarithm.
    V p = constant(0.14026251F);
    for (const float coefficient : {-0.15388559F, 0.13995828F, -0.16415957F, 0.20011167F,
                                    -0.2500782F, 0.33333197F, -0.49999937F})
      p = hn::MulAdd(p, f, constant(coefficient));
    tail = hn::Mul(hn::Mul(f, f), p);
  }
  V whole, f, tail;
  hn::Mask<Floats> near;  // where whole is 0
};

/// The two weights of an entry. KL has no denominator to compute: it is Aᵀ·1.
struct Weights {
  V numerator, denominator;
};

struct KullbackLeibler {
  static constexpr bool has_denominator = false;
  HWY_INLINE Weights weights(V x, V m) const { return {hn::Mul(x, reciprocal(m)), x}; }

  /// m·(q·log q − y) with q = x / m and y = q − 1; m − ε at x = 0, so that silence costs nothing.
  HWY_INLINE V cost(V x, V m) const {
    const V r = reciprocal(m);
    const V q = hn::Mul(x, r);
    const V y = hn::Mul(hn::Sub(x, m), r);
    const Logarithm log(q, y);
    const V first = hn::IfThenElse(log.near, hn::Mul(y, y), hn::MulSub(q, log.f, y));
    const V fit = hn::Mul(m, hn::MulAdd(q, hn::Add(log.whole, log.tail), first));
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
    const V r = reciprocal(m);
    const V y = hn::Mul(hn::Sub(x, m), r);
    const Logarithm log(hn::Mul(x, r), y);
    return hn::Sub(hn::Sub(y, log.f), hn::Add(log.whole, log.tail));
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
