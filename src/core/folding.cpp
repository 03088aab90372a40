// Google Highway enters here. FFTW's own transforms of real signals take this step number by
// number, in twice the time of the complex transform itself.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/folding.cpp"
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)  // sizeless vectors
#include "core/folding.hpp"

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

// What is the same for all instruction sets.
#ifndef NMFSEP_CORE_FOLDING_STEP
#define NMFSEP_CORE_FOLDING_STEP
namespace nmfsep {

enum class Way { unfold, fold };

/// Complex numbers are real and imaginary parts in turns, as C++ guarantees for std::complex.
template <typename Real>
struct FoldingStep {
  Way way;
  Eigen::Index M;
  const Real* from;
  const Real* cosine;
  const Real* sine;
  Real* to;
};

}  // namespace nmfsep
#endif

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Eigen::Index;

/// Some complex numbers.
template <class V>
struct Parts {
  V re, im;
};

/// What comes of a = from(k) and b = from(M − k): to(k), and the conjugate of to(M − k).
template <class V>
struct Pair {
  Parts<V> low, high;
};

template <class D, class V>
HWY_INLINE Pair<V> unfold(D d, Parts<V> a, Parts<V> b, Parts<V> turn) {
  const V half = hn::Set(d, hn::TFromD<D>(0.5));
  const Parts<V> even{hn::Mul(half, hn::Add(a.re, b.re)), hn::Mul(half, hn::Sub(a.im, b.im))};
  const Parts<V> odd{hn::Mul(half, hn::Add(a.im, b.im)), hn::Mul(half, hn::Sub(b.re, a.re))};
  const Parts<V> turned{hn::Add(hn::Mul(turn.re, odd.re), hn::Mul(turn.im, odd.im)),
                        hn::Sub(hn::Mul(turn.re, odd.im), hn::Mul(turn.im, odd.re))};
  return {{hn::Add(even.re, turned.re), hn::Add(even.im, turned.im)},
          {hn::Sub(even.re, turned.re), hn::Sub(even.im, turned.im)}};
}

template <class D, class V>
HWY_INLINE Pair<V> fold(D, Parts<V> a, Parts<V> b, Parts<V> turn) {
  const Parts<V> even{hn::Add(a.re, b.re), hn::Sub(a.im, b.im)};
  const Parts<V> turned{hn::Sub(a.re, b.re), hn::Add(a.im, b.im)};
  const Parts<V> odd{hn::Sub(hn::Mul(turned.re, turn.re), hn::Mul(turned.im, turn.im)),
                     hn::Add(hn::Mul(turned.re, turn.im), hn::Mul(turned.im, turn.re))};
  return {{hn::Sub(even.re, odd.im), hn::Add(even.im, odd.re)},
          {hn::Add(even.re, odd.im), hn::Sub(even.im, odd.re)}};
}

/// Pairs k and M − k from `k` on, as many as whole vectors hold. Returns the first that is left.
template <Way way, class D>
HWY_INLINE Index make_pairs(D d, const FoldingStep<hn::TFromD<D>>& step, Index k) {
  const auto length = static_cast<Index>(hn::Lanes(d));
  for (; 2 * (k + length - 1) <= step.M; k += length) {
    const Index high = step.M - k - length + 1;
    Parts<hn::Vec<D>> a, b;
    hn::LoadInterleaved2(d, step.from + 2 * k, a.re, a.im);
    hn::LoadInterleaved2(d, step.from + 2 * high, b.re, b.im);
    b = {hn::Reverse(d, b.re), hn::Reverse(d, b.im)};
    const Parts<hn::Vec<D>> turn{hn::LoadU(d, step.cosine + k), hn::LoadU(d, step.sine + k)};
    const auto made = way == Way::unfold ? unfold(d, a, b, turn) : fold(d, a, b, turn);
    hn::StoreInterleaved2(made.low.re, made.low.im, d, step.to + 2 * k);
    hn::StoreInterleaved2(hn::Reverse(d, made.high.re), hn::Reverse(d, hn::Neg(made.high.im)), d,
                          step.to + 2 * high);
  }
  return k;
}

template <Way way, typename Real>
HWY_INLINE void make_all_pairs(const FoldingStep<Real>& step) {
  const Index rest = make_pairs<way>(hn::ScalableTag<Real>(), step, 1);
  make_pairs<way>(hn::CappedTag<Real, 1>(), step, rest);
}

template <typename Real>
HWY_INLINE void take(const FoldingStep<Real>& step) {
  if (step.way == Way::unfold)
    make_all_pairs<Way::unfold>(step);
  else
    make_all_pairs<Way::fold>(step);
}

void take_float(const FoldingStep<float>& step) { take(step); }
void take_double(const FoldingStep<double>& step) { take(step); }

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>
#include <numbers>

namespace nmfsep {
namespace {

HWY_EXPORT(take_float);
HWY_EXPORT(take_double);

void take(const FoldingStep<float>& step) { HWY_DYNAMIC_DISPATCH(take_float)(step); }
void take(const FoldingStep<double>& step) { HWY_DYNAMIC_DISPATCH(take_double)(step); }

template <typename Real>
const Real* parts(const std::complex<Real>* numbers) {
  return reinterpret_cast<const Real*>(numbers);
}

template <typename Real>
Real* parts(std::complex<Real>* numbers) {
  return reinterpret_cast<Real*>(numbers);
}

}  // namespace

template <typename Real>
Folding<Real>::Folding(Eigen::Index size) : cosine_(size / 4 + 1), sine_(size / 4 + 1) {
  for (Eigen::Index k = 0; k < cosine_.size(); ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size);
    cosine_[k] = static_cast<Real>(std::cos(angle));
    sine_[k] = static_cast<Real>(std::sin(angle));
  }
}

template <typename Real>
void Folding<Real>::unfold(const Spectrum& Z, Eigen::Ref<Spectrum> X) const {
  const Eigen::Index M = Z.size();
  X[0] = Z[0].real() + Z[0].imag();
  X[M] = Z[0].real() - Z[0].imag();
  take(FoldingStep<Real>{Way::unfold, M, parts(Z.data()), cosine_.data(), sine_.data(),
                         parts(X.data())});
}

template <typename Real>
void Folding<Real>::fold(const Eigen::Ref<const Spectrum>& X, Spectrum& Z) const {
  const Eigen::Index M = Z.size();
  Z[0] = {X[0].real() + X[M].real(), X[0].real() - X[M].real()};
  take(FoldingStep<Real>{Way::fold, M, parts(X.data()), cosine_.data(), sine_.data(),
                         parts(Z.data())});
}

template class Folding<float>;
template class Folding<double>;

}  // namespace nmfsep
#endif
