// Google Highway enters here too: sums of products in twice the precision of a double. Where a
// machine has no fused multiply-add, the error of a product is found by splitting its factors.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "evaluation/extended/extended_kernels.cpp"
#include "evaluation/extended/extended_kernels.hpp"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nmfsep::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<double, row_padding / 2>;
using V = hn::Vec<D>;

/// a · b - product, exactly, where `product` is a · b rounded.
V product_error(V a, V b, V product) {
#if HWY_NATIVE_FMA
  return hn::MulSub(a, b, product);
#else
  const V splitter = hn::Set(D(), 134217729.0);  // 2^27 + 1 (Veltkamp; Dekker, 1971)
  const V a_scaled = hn::Mul(splitter, a);
  const V b_scaled = hn::Mul(splitter, b);
  const V a_high = hn::Sub(a_scaled, hn::Sub(a_scaled, a));
  const V b_high = hn::Sub(b_scaled, hn::Sub(b_scaled, b));
  const V a_low = hn::Sub(a, a_high);
  const V b_low = hn::Sub(b, b_high);
  const V rest = hn::Sub(hn::Mul(a_high, b_high), product);
  const V crossed = hn::Add(hn::Add(rest, hn::Mul(a_high, b_low)), hn::Mul(a_low, b_high));
  return hn::Add(crossed, hn::Mul(a_low, b_low));
#endif
}

struct Pair {
  V high;
  V low;
};

/// sum += a · b. The low part takes up what the high part loses, and is not normalised.
void add_product(Pair& sum, const Pair& a, const Pair& b) {
  const V product = hn::Mul(a.high, b.high);
  V error = product_error(a.high, b.high, product);
  error = hn::MulAdd(a.high, b.low, error);
  error = hn::MulAdd(a.low, b.high, error);
  const V total = hn::Add(sum.high, product);
  const V taken = hn::Sub(total, sum.high);
  const V lost = hn::Add(hn::Sub(sum.high, hn::Sub(total, taken)), hn::Sub(product, taken));
  sum = {total, hn::Add(sum.low, hn::Add(lost, error))};
}

Pair load(const ExtendedPanel& panel, Index row, Index column) {
  const D d;
  const Index at = column * panel.stride + row;
  return {hn::LoadU(d, panel.high + at), hn::LoadU(d, panel.low + at)};
}

void store(const Pair& sum, ExtendedPanel& panel, Index row, Index column) {
  const D d;
  const Index at = column * panel.stride + row;
  const V high = hn::Add(sum.high, sum.low);
  hn::StoreU(high, d, panel.high + at);
  hn::StoreU(hn::Sub(sum.low, hn::Sub(high, sum.high)), d, panel.low + at);
}

DoubleDouble sum_of_lanes(const Pair& sum) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  double high[row_padding];
  double low[row_padding];
  hn::StoreU(sum.high, d, high);
  hn::StoreU(sum.low, d, low);
  DoubleDouble total;
  for (Index lane = 0; lane < lanes; ++lane) total += DoubleDouble(high[lane], low[lane]);
  return total;
}

/// One column of `a` against the `J` of `b` from `column` on.
template <Index J>
void inner_columns(const ExtendedPanel& a, Index i, const ExtendedPanel& b, Index column,
                   Index rows, ExtendedMatrix& result) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  Pair sum[J];
  for (Pair& entry : sum) entry = {hn::Zero(d), hn::Zero(d)};
  for (Index row = 0; row < rows; row += lanes) {
    const Pair left = load(a, row, i);
    for (Index j = 0; j < J; ++j) add_product(sum[j], left, load(b, row, column + j));
  }
  for (Index j = 0; j < J; ++j) result.set(i, column + j, sum_of_lanes(sum[j]));
}

ExtendedMatrix inner(ExtendedPanel a, ExtendedPanel b, Index rows) {
  ExtendedMatrix result(a.columns, b.columns);
  for (Index i = 0; i < a.columns; ++i) {
    Index j = 0;
    for (; j + 4 <= b.columns; j += 4) inner_columns<4>(a, i, b, j, rows, result);
    for (; j < b.columns; ++j) inner_columns<1>(a, i, b, j, rows, result);
  }
  return result;
}

/// The `J` columns of `a` from `column` on, in the rows of one register.
template <Index J>
void subtract_columns(ExtendedPanel& a, Index column, const ExtendedPanel& b,
                      const ExtendedMatrix& weights, Index row) {
  const D d;
  Pair sum[J];
  for (Index j = 0; j < J; ++j) sum[j] = load(a, row, column + j);
  for (Index i = 0; i < b.columns; ++i) {
    const Pair value = load(b, row, i);
    for (Index j = 0; j < J; ++j)
      add_product(
          sum[j], value,
          {hn::Set(d, -weights.high(i, column + j)), hn::Set(d, -weights.low(i, column + j))});
  }
  for (Index j = 0; j < J; ++j) store(sum[j], a, row, column + j);
}

void subtract_product(ExtendedPanel a, ExtendedPanel b, const ExtendedMatrix& weights, Index rows) {
  const auto lanes = static_cast<Index>(hn::Lanes(D()));
  for (Index row = 0; row < rows; row += lanes) {
    Index j = 0;
    for (; j + 4 <= a.columns; j += 4) subtract_columns<4>(a, j, b, weights, row);
    for (; j < a.columns; ++j) subtract_columns<1>(a, j, b, weights, row);
  }
}

}  // namespace nmfsep::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmfsep::kernels {

HWY_EXPORT(inner);
HWY_EXPORT(subtract_product);

ExtendedMatrix inner(ExtendedPanel a, ExtendedPanel b, Index rows) {
  return HWY_DYNAMIC_DISPATCH(inner)(a, b, rows);
}

void subtract_product(ExtendedPanel a, ExtendedPanel b, const ExtendedMatrix& weights, Index rows) {
  HWY_DYNAMIC_DISPATCH(subtract_product)(a, b, weights, rows);
}

}  // namespace nmfsep::kernels
#endif
