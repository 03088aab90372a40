// Google Highway enters here: one source, compiled for each instruction set, chosen at run time.
// Products and sums are fused where the machine can, so the last bits depend on the machine, but
// never on the number of threads.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "evaluation/projection/kernels.cpp"
#include "evaluation/projection/kernels.hpp"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nmfsep::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<double, row_padding / 2>;
using V = hn::Vec<D>;

/// One bin at a time for what the registers leave over.
template <bool conjugate>
void add_product_scalar(Bins a, Bins b, MutableBins sum, Index i) {
  const double a_im = conjugate ? -a.im[i] : a.im[i];
  sum.re[i] += a.re[i] * b.re[i] - a_im * b.im[i];
  sum.im[i] += a.re[i] * b.im[i] + a_im * b.re[i];
}

template <bool conjugate>
void add_product_of(Bins a, Bins b, MutableBins sum, Index count) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  Index i = 0;
  for (; i + lanes <= count; i += lanes) {
    const V ar = hn::LoadU(d, a.re + i);
    const V ai = hn::LoadU(d, a.im + i);
    const V br = hn::LoadU(d, b.re + i);
    const V bi = hn::LoadU(d, b.im + i);
    V re = hn::MulAdd(ar, br, hn::LoadU(d, sum.re + i));
    V im = hn::MulAdd(ar, bi, hn::LoadU(d, sum.im + i));
    re = conjugate ? hn::MulAdd(ai, bi, re) : hn::NegMulAdd(ai, bi, re);
    im = conjugate ? hn::NegMulAdd(ai, br, im) : hn::MulAdd(ai, br, im);
    hn::StoreU(re, d, sum.re + i);
    hn::StoreU(im, d, sum.im + i);
  }
  for (; i < count; ++i) add_product_scalar<conjugate>(a, b, sum, i);
}

void add_product(Bins a, Bins b, MutableBins sum, Index count) {
  add_product_of<false>(a, b, sum, count);
}

void add_conjugate_product(Bins a, Bins b, MutableBins sum, Index count) {
  add_product_of<true>(a, b, sum, count);
}

/// The rows of two registers: what is loaded serves all filters.
void filter_rows(const Eigen::MatrixXd& taps, Dealt signal, Index first,
                 Eigen::Ref<Eigen::MatrixXd> result) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  V low[filter_group];
  V high[filter_group];
  for (Index p = 0; p < filter_group; ++p) low[p] = high[p] = hn::Zero(d);
  Index turn = first % signal.period;
  const double* round = signal.data + first / signal.period;
  for (Index i = 0; i < taps.cols(); ++i) {
    const V left = hn::LoadU(d, round + turn * signal.stride);
    const V right = hn::LoadU(d, round + turn * signal.stride + lanes);
    for (Index p = 0; p < filter_group; ++p) {
      const V tap = hn::Set(d, taps(p, i));
      low[p] = hn::MulAdd(tap, left, low[p]);
      high[p] = hn::MulAdd(tap, right, high[p]);
    }
    if (++turn == signal.period) {
      turn = 0;
      ++round;
    }
  }
  for (Index p = 0; p < filter_group; ++p) {
    hn::StoreU(low[p], d, &result(0, p));
    hn::StoreU(high[p], d, &result(lanes, p));
  }
}

void filter_dealt(const Eigen::MatrixXd& taps, Dealt signal, Index first,
                  Eigen::Ref<Eigen::MatrixXd> result) {
  const Index rows = 2 * static_cast<Index>(hn::Lanes(D()));
  for (Index row = 0; row < result.rows(); row += rows)
    filter_rows(taps, {signal.data + row, signal.stride, signal.period}, first,
                result.middleRows(row, rows));
}

/// Columns of coefficients, one behind the other.
struct Weights {
  const double* data;
  Index rows;

  Weights from(Index column) const { return {data + column * rows, rows}; }
};

/// result[j] = own column j - Σ_i other column i · weights(i, j), for the first `J` columns, in the
/// rows of one register.
template <Index J>
void combine(Panel own, Panel other, Weights weights, double* result) {
  const D d;
  V sum[J];
  for (Index j = 0; j < J; ++j) sum[j] = hn::LoadU(d, own.data + j * own.stride);
  for (Index i = 0; i < weights.rows; ++i) {
    const V value = hn::LoadU(d, other.data + i * other.stride);
    for (Index j = 0; j < J; ++j)
      sum[j] = hn::NegMulAdd(value, hn::Set(d, weights.data[j * weights.rows + i]), sum[j]);
  }
  for (Index j = 0; j < J; ++j) hn::StoreU(sum[j], d, result + j * row_padding);
}

void combine_all(Panel own, Panel other, const Eigen::MatrixXd& weights, double* result) {
  const Weights all{weights.data(), weights.rows()};
  const auto own_from = [&](Index j) { return Panel{own.data + j * own.stride, own.stride}; };
  Index j = 0;
  for (; j + 4 <= weights.cols(); j += 4)
    combine<4>(own_from(j), other, all.from(j), result + j * row_padding);
  for (; j + 2 <= weights.cols(); j += 2)
    combine<2>(own_from(j), other, all.from(j), result + j * row_padding);
  for (; j < weights.cols(); ++j)
    combine<1>(own_from(j), other, all.from(j), result + j * row_padding);
}

void exchange(Panel f, Panel b, const Exchange& weights, Index rows) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  const Index columns = weights.x.cols();
  Eigen::MatrixXd new_f(row_padding, columns);
  Eigen::MatrixXd new_b(row_padding, columns);
  for (Index row = 0; row < rows; row += lanes) {
    const Panel f_here{f.data + row, f.stride};
    const Panel b_here{b.data + row, b.stride};
    combine_all(f_here, b_here, weights.x, new_f.data());
    combine_all(b_here, f_here, weights.y, new_b.data());
    for (Index j = 0; j < columns; ++j) {
      hn::StoreU(hn::LoadU(d, &new_f(0, j)), d, f_here.data + j * f.stride);
      hn::StoreU(hn::LoadU(d, &new_b(0, j)), d, b_here.data + j * b.stride);
    }
  }
}

/// The `I` × `J` products of neighbouring columns.
template <Index I, Index J>
void inner_tile(Panel a, Panel b, Index rows, Eigen::Ref<Eigen::MatrixXd> result) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  V sum[I][J];
  for (auto& line : sum)
    for (V& entry : line) entry = hn::Zero(d);
  for (Index row = 0; row < rows; row += lanes) {
    V right[J];
    for (Index j = 0; j < J; ++j) right[j] = hn::LoadU(d, b.data + j * b.stride + row);
    for (Index i = 0; i < I; ++i) {
      const V left = hn::LoadU(d, a.data + i * a.stride + row);
      for (Index j = 0; j < J; ++j) sum[i][j] = hn::MulAdd(left, right[j], sum[i][j]);
    }
  }
  for (Index i = 0; i < I; ++i)
    for (Index j = 0; j < J; ++j) result(i, j) = hn::GetLane(hn::SumOfLanes(d, sum[i][j]));
}

template <Index I>
void inner_rows(Panel a, Panel b, Index rows, Eigen::Ref<Eigen::MatrixXd> result) {
  const auto from = [&](Index j) { return Panel{b.data + j * b.stride, b.stride}; };
  Index j = 0;
  for (; j + 4 <= result.cols(); j += 4)
    inner_tile<I, 4>(a, from(j), rows, result.middleCols(j, 4));
  for (; j + 2 <= result.cols(); j += 2)
    inner_tile<I, 2>(a, from(j), rows, result.middleCols(j, 2));
  for (; j < result.cols(); ++j) inner_tile<I, 1>(a, from(j), rows, result.middleCols(j, 1));
}

Eigen::MatrixXd inner(Panel a, Panel b, Index columns, Index rows) {
  Eigen::MatrixXd result(columns, columns);
  const auto from = [&](Index i) { return Panel{a.data + i * a.stride, a.stride}; };
  Index i = 0;
  for (; i + 4 <= columns; i += 4) inner_rows<4>(from(i), b, rows, result.middleRows(i, 4));
  for (; i + 2 <= columns; i += 2) inner_rows<2>(from(i), b, rows, result.middleRows(i, 2));
  for (; i < columns; ++i) inner_rows<1>(from(i), b, rows, result.middleRows(i, 1));
  return result;
}

}  // namespace nmfsep::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmfsep::kernels {

HWY_EXPORT(add_product);
HWY_EXPORT(add_conjugate_product);
HWY_EXPORT(exchange);
HWY_EXPORT(inner);
HWY_EXPORT(filter_dealt);

void add_product(Bins a, Bins b, MutableBins sum, Index count) {
  HWY_DYNAMIC_DISPATCH(add_product)(a, b, sum, count);
}

void add_conjugate_product(Bins a, Bins b, MutableBins sum, Index count) {
  HWY_DYNAMIC_DISPATCH(add_conjugate_product)(a, b, sum, count);
}

void exchange(Panel f, Panel b, const Exchange& weights, Index rows) {
  HWY_DYNAMIC_DISPATCH(exchange)(f, b, weights, rows);
}

Eigen::MatrixXd inner(Panel a, Panel b, Index columns, Index rows) {
  return HWY_DYNAMIC_DISPATCH(inner)(a, b, columns, rows);
}

void filter_dealt(const Eigen::MatrixXd& taps, Dealt signal, Index first,
                  Eigen::Ref<Eigen::MatrixXd> result) {
  HWY_DYNAMIC_DISPATCH(filter_dealt)(taps, signal, first, result);
}

}  // namespace nmfsep::kernels
#endif
