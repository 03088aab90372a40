// Google Highway enters here: one source, compiled for each instruction set, chosen at run time.
//
// Stockham's transform needs no reordering: of n numbers, step s = 1, 4, 16, … takes sequences of
// length n/s that lie s apart and writes four of a quarter of the length each, 4s apart. Real and
// imaginary parts lie in arrays of their own between the first step and the last.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/radix_steps.cpp"
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)  // sizeless vectors
#include "core/radix_steps.hpp"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class V>
struct Complex {
  V re, im;
};

template <class V>
HWY_INLINE Complex<V> plus(const Complex<V>& a, const Complex<V>& b) {
  return {hn::Add(a.re, b.re), hn::Add(a.im, b.im)};
}

template <class V>
HWY_INLINE Complex<V> minus(const Complex<V>& a, const Complex<V>& b) {
  return {hn::Sub(a.re, b.re), hn::Sub(a.im, b.im)};
}

template <class V>
HWY_INLINE Complex<V> times(const Complex<V>& a, const Complex<V>& b) {
  return {hn::NegMulAdd(a.im, b.im, hn::Mul(a.re, b.re)),
          hn::MulAdd(a.re, b.im, hn::Mul(a.im, b.re))};
}

template <class V>
struct Four {
  Complex<V> r0, r1, r2, r3;
};

/// The transform of four, the last three turned by the twiddles.
template <class V>
HWY_INLINE Four<V> butterfly(const Four<V>& x, const Complex<V>& w1, const Complex<V>& w2,
                             const Complex<V>& w3) {
  const Complex<V> even = plus(x.r0, x.r2), odd = plus(x.r1, x.r3);
  const Complex<V> a = minus(x.r0, x.r2), b = minus(x.r1, x.r3);
  return {plus(even, odd), times(w1, {hn::Add(a.re, b.im), hn::Sub(a.im, b.re)}),
          times(w2, minus(even, odd)), times(w3, {hn::Sub(a.re, b.im), hn::Add(a.im, b.re)})};
}

/// The first step, whose sequences are one: neighbours in p go through it side by side.
template <class D, typename Real = hn::TFromD<D>>
HWY_INLINE void first_step(D d, const RadixStep<Real>& step, const Real* values, bool swapped,
                           Parts<Real> to) {
  const std::size_t quarter = step.length / 4;
  const auto load = [&](std::size_t place) {
    Complex<hn::Vec<D>> x{hn::Zero(d), hn::Zero(d)};
    if (swapped)
      hn::LoadInterleaved2(d, values + 2 * place, x.im, x.re);
    else
      hn::LoadInterleaved2(d, values + 2 * place, x.re, x.im);
    return x;
  };
  const auto twiddle = [&](int power, std::size_t p) {
    const Parts<const Real> w = step.twiddles[power];
    return Complex<hn::Vec<D>>{hn::LoadU(d, w.re + p), hn::LoadU(d, w.im + p)};
  };
  for (std::size_t p = 0; p < quarter; p += hn::Lanes(d)) {
    const Four<hn::Vec<D>> x{load(p), load(p + quarter), load(p + 2 * quarter),
                             load(p + 3 * quarter)};
    const Four<hn::Vec<D>> y = butterfly(x, twiddle(0, p), twiddle(1, p), twiddle(2, p));
    hn::StoreInterleaved4(y.r0.re, y.r1.re, y.r2.re, y.r3.re, d, to.re + 4 * p);
    hn::StoreInterleaved4(y.r0.im, y.r1.im, y.r2.im, y.r3.im, d, to.im + 4 * p);
  }
}

/// Where a step that is not the last puts its numbers.
template <typename Real>
struct Apart {
  Parts<Real> to;

  template <class D, class V>
  HWY_INLINE void store(D d, const Complex<V>& y, std::size_t place) const {
    hn::StoreU(y.re, d, to.re + place);
    hn::StoreU(y.im, d, to.im + place);
  }
};

/// Where the last does: both parts beside each other.
template <typename Real>
struct Woven {
  Real* values;
  bool swapped;

  template <class D, class V>
  HWY_INLINE void store(D d, const Complex<V>& y, std::size_t place) const {
    if (swapped)
      hn::StoreInterleaved2(y.im, y.re, d, values + 2 * place);
    else
      hn::StoreInterleaved2(y.re, y.im, d, values + 2 * place);
  }
};

/// A later step: what lies beside each other belongs to different sequences.
template <class D, class Place, typename Real = hn::TFromD<D>>
HWY_INLINE void later_step(D d, const RadixStep<Real>& step, Parts<const Real> from, Place to) {
  const std::size_t quarter = step.length / 4, s = step.stride;
  for (std::size_t p = 0; p < quarter; ++p) {
    const auto twiddle = [&](int power) {
      const Parts<const Real> w = step.twiddles[power];
      return Complex<hn::Vec<D>>{hn::Set(d, w.re[p]), hn::Set(d, w.im[p])};
    };
    const auto w1 = twiddle(0), w2 = twiddle(1), w3 = twiddle(2);
    for (std::size_t q = 0; q < s; q += hn::Lanes(d)) {
      const auto load = [&](std::size_t part) {
        const std::size_t place = q + s * (p + part * quarter);
        return Complex<hn::Vec<D>>{hn::LoadU(d, from.re + place), hn::LoadU(d, from.im + place)};
      };
      const auto store = [&](const Complex<hn::Vec<D>>& y, std::size_t part) {
        to.store(d, y, q + s * (4 * p + part));
      };
      const Four<hn::Vec<D>> y = butterfly({load(0), load(1), load(2), load(3)}, w1, w2, w3);
      store(y.r0, 0), store(y.r1, 1), store(y.r2, 2), store(y.r3, 3);
    }
  }
}

/// The last step of sequences of two.
template <class D, class Place, typename Real = hn::TFromD<D>>
HWY_INLINE void step_of_two(D d, std::size_t s, Parts<const Real> from, Place to) {
  for (std::size_t q = 0; q < s; q += hn::Lanes(d)) {
    const Complex<hn::Vec<D>> a{hn::LoadU(d, from.re + q), hn::LoadU(d, from.im + q)};
    const Complex<hn::Vec<D>> b{hn::LoadU(d, from.re + q + s), hn::LoadU(d, from.im + q + s)};
    to.store(d, plus(a, b), q);
    to.store(d, minus(a, b), q + s);
  }
}

/// A step that is not the first.
template <class Place, typename Real>
void later(const RadixStep<Real>& step, Parts<const Real> from, Place to) {
  if (step.stride == 4)
    later_step(hn::CappedTag<Real, 4>(), step, from, to);
  else
    later_step(hn::CappedTag<Real, 16>(), step, from, to);
}

template <typename Real>
void first(const RadixStep<Real>& step, const Real* values, bool swapped, Parts<Real> to) {
  const hn::ScalableTag<Real> wide;
  if (step.length / 4 % hn::Lanes(wide) == 0)
    first_step(wide, step, values, swapped, to);
  else
    first_step(hn::CappedTag<Real, 1>(), step, values, swapped, to);
}

/// Fewer than eight numbers, which at most one step takes: here they are, apart.
template <typename Real>
void weave(std::size_t count, Parts<const Real> from, const Woven<Real>& to) {
  const hn::CappedTag<Real, 1> d;
  for (std::size_t t = 0; t < count; ++t)
    to.store(d, Complex<hn::Vec<decltype(d)>>{hn::LoadU(d, from.re + t), hn::LoadU(d, from.im + t)},
             t);
}

template <typename Real>
void transform(const RadixSteps<Real>& steps, Real* values, bool swapped, Parts<Real> here,
               Parts<Real> there) {
  const hn::ScalableTag<Real> wide;
  const Woven<Real> result{values, swapped};
  const auto from = [&] { return Parts<const Real>{here.re, here.im}; };
  for (const RadixStep<Real>& step : steps.of_four) {
    const bool is_last = !steps.ends_with_two && &step == &steps.of_four.back();
    if (step.stride == 1)
      first(step, values, swapped, there);
    else if (is_last)
      return later(step, from(), result);
    else
      later(step, from(), Apart<Real>{there});
    std::swap(here, there);
  }
  const std::size_t half = steps.size / 2;
  if (!steps.ends_with_two)
    weave(steps.size, from(), result);
  else if (half % hn::Lanes(wide) == 0)
    step_of_two(wide, half, from(), result);
  else
    step_of_two(hn::CappedTag<Real, 1>(), half, from(), result);
}

void transform_float(const RadixSteps<float>& steps, float* values, bool swapped, Parts<float> here,
                     Parts<float> there) {
  transform(steps, values, swapped, here, there);
}

void transform_double(const RadixSteps<double>& steps, double* values, bool swapped,
                      Parts<double> here, Parts<double> there) {
  transform(steps, values, swapped, here, there);
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <hwy/aligned_allocator.h>

#include <numbers>
#include <type_traits>

namespace nmfsep {

HWY_EXPORT(transform_float);
HWY_EXPORT(transform_double);

namespace {

/// Room for one transform after the other, on one thread: 4n numbers on vectors.
template <typename Real>
struct Room {
  hwy::AlignedFreeUniquePtr<Real[]> numbers;
  std::size_t size = 0;

  Real* of(std::size_t wanted) {
    if (wanted > size) {
      numbers = hwy::AllocateAligned<Real>(wanted);
      size = wanted;
    }
    return numbers.get();
  }
};

}  // namespace

std::complex<double> on_circle(double part) {
  return std::polar(1.0, -2 * std::numbers::pi * part);
}

template <typename Real>
RadixSteps<Real>::RadixSteps(std::size_t n) : size(n) {
  std::size_t length = n;
  for (std::size_t stride = 1; length >= 4; length /= 4, stride *= 4) {
    const std::size_t quarter = length / 4;
    RadixStep<Real> step{length, stride, std::vector<Real>(6 * quarter), {}};
    for (std::size_t power = 0; power < 3; ++power) {
      Real* const re = step.numbers.data() + 2 * power * quarter;
      for (std::size_t p = 0; p < quarter; ++p) {
        const auto w =
            on_circle(static_cast<double>((power + 1) * p) / static_cast<double>(length));
        re[p] = static_cast<Real>(w.real());
        re[quarter + p] = static_cast<Real>(w.imag());
      }
      step.twiddles[power] = {re, re + quarter};
    }
    of_four.push_back(std::move(step));
  }
  ends_with_two = length == 2;
}

template <typename Real>
void RadixSteps<Real>::transform(std::complex<Real>* values, bool swapped) const {
  const std::size_t n = size;
  thread_local Room<Real> room;
  Real* const numbers = room.of(4 * n);
  const Parts<Real> here{numbers, numbers + n}, there{numbers + 2 * n, numbers + 3 * n};
  Real* const parts = reinterpret_cast<Real*>(values);  // as the standard lays complex numbers out
  if (n < 4)
    for (std::size_t t = 0; t < n; ++t) {
      here.re[t] = parts[2 * t + (swapped ? 1 : 0)];
      here.im[t] = parts[2 * t + (swapped ? 0 : 1)];
    }
  if constexpr (std::is_same_v<Real, float>)
    HWY_DYNAMIC_DISPATCH(transform_float)(*this, parts, swapped, here, there);
  else
    HWY_DYNAMIC_DISPATCH(transform_double)(*this, parts, swapped, here, there);
}

template struct RadixSteps<float>;
template struct RadixSteps<double>;

}  // namespace nmfsep
#endif
