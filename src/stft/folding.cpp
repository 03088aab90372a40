// Google Highway enters here. FFTW's own transforms of real signals take this step number by
// number, in twice the time of the complex transform itself.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "stft/folding.cpp"
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)  // sizeless vectors
#include "stft/folding.hpp"

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

enum class Way { unfold, fold };

/// Complex numbers are real and imaginary parts in turns, as C++ guarantees for std::complex.
struct Arrays {
  const std::complex<float>* from;
  const Turns& turns;
  Index M;
  std::complex<float>* to;

  const float* from_parts(Index k) const { return reinterpret_cast<const float*>(from + k); }
  float* to_parts(Index k) const { return reinterpret_cast<float*>(to + k); }
};

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
  const V half = hn::Set(d, 0.5F);
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
HWY_INLINE Index make_pairs(D d, const Arrays& arrays, Index k) {
  const auto length = static_cast<Index>(hn::Lanes(d));
  for (; 2 * (k + length - 1) <= arrays.M; k += length) {
    const Index high = arrays.M - k - length + 1;
    Parts<hn::Vec<D>> a, b;
    hn::LoadInterleaved2(d, arrays.from_parts(k), a.re, a.im);
    hn::LoadInterleaved2(d, arrays.from_parts(high), b.re, b.im);
    b = {hn::Reverse(d, b.re), hn::Reverse(d, b.im)};
    const Parts<hn::Vec<D>> turn{hn::LoadU(d, &arrays.turns.cosine[k]),
                                 hn::LoadU(d, &arrays.turns.sine[k])};
    const auto made = way == Way::unfold ? unfold(d, a, b, turn) : fold(d, a, b, turn);
    hn::StoreInterleaved2(made.low.re, made.low.im, d, arrays.to_parts(k));
    hn::StoreInterleaved2(hn::Reverse(d, made.high.re), hn::Reverse(d, hn::Neg(made.high.im)), d,
                          arrays.to_parts(high));
  }
  return k;
}

template <Way way>
HWY_INLINE void make_all_pairs(const Arrays& arrays) {
  const Index rest = make_pairs<way>(hn::ScalableTag<float>(), arrays, 1);
  make_pairs<way>(hn::CappedTag<float, 1>(), arrays, rest);
}

void unfold_pairs(const Eigen::VectorXcf& Z, const Turns& turns, Eigen::Ref<Eigen::VectorXcf> X) {
  make_all_pairs<Way::unfold>({Z.data(), turns, Z.size(), X.data()});
}

void fold_pairs(const Eigen::Ref<const Eigen::VectorXcf>& X, const Turns& turns,
                Eigen::VectorXcf& Z) {
  make_all_pairs<Way::fold>({X.data(), turns, Z.size(), Z.data()});
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>
#include <numbers>

namespace nmfsep {

HWY_EXPORT(unfold_pairs);
HWY_EXPORT(fold_pairs);

Folding::Folding(Index size) : turns_{Vector(size / 4 + 1), Vector(size / 4 + 1)} {
  for (Index k = 0; k < turns_.cosine.size(); ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size);
    turns_.cosine[k] = static_cast<float>(std::cos(angle));
    turns_.sine[k] = static_cast<float>(std::sin(angle));
  }
}

void Folding::unfold(const Eigen::VectorXcf& Z, Eigen::Ref<Eigen::VectorXcf> X) const {
  const Index M = Z.size();
  X[0] = Z[0].real() + Z[0].imag();
  X[M] = Z[0].real() - Z[0].imag();
  HWY_DYNAMIC_DISPATCH(unfold_pairs)(Z, turns_, X);
}

void Folding::fold(const Eigen::Ref<const Eigen::VectorXcf>& X, Eigen::VectorXcf& Z) const {
  const Index M = Z.size();
  Z[0] = {X[0].real() + X[M].real(), X[0].real() - X[M].real()};
  HWY_DYNAMIC_DISPATCH(fold_pairs)(X, turns_, Z);
}

}  // namespace nmfsep
#endif
