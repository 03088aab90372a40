// Google Highway enters here: one source, compiled for each instruction set, chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linear/product.cpp"
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)  // sizeless vectors
#include "nmfsep/linear/product.hpp"

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>
#include <span>
#include <vector>

#include "linear/active.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Some rows of W, and as many of V; rows of a column are side by side.
struct Rows {
  const MatrixView& W;
  const MatrixView& H;
  Matrix& V;
  Index first;
};

/// `Vectors` vectors of rows in `Frames` frames from `frame` on: the sums stay in registers.
template <Index Vectors, Index Frames, class D>
HWY_INLINE void multiply_tile(D d, const Rows& rows, Index frame) {
  const auto length = static_cast<Index>(hn::Lanes(d));
  hn::Vec<D> sum[Vectors][Frames];
  for (Index v = 0; v < Vectors; ++v)
    for (Index t = 0; t < Frames; ++t) sum[v][t] = hn::Zero(d);
  for (Index k = 0; k < rows.W.cols(); ++k) {
    const float* atom = &rows.W.coeffRef(rows.first, k);
    for (Index t = 0; t < Frames; ++t) {
      const auto h = hn::Set(d, rows.H.coeffRef(k, frame + t));
      for (Index v = 0; v < Vectors; ++v)
        sum[v][t] = hn::Add(sum[v][t], hn::Mul(h, hn::LoadU(d, atom + v * length)));
    }
  }
  for (Index t = 0; t < Frames; ++t)
    for (Index v = 0; v < Vectors; ++v)
      hn::StoreU(sum[v][t], d, &rows.V(rows.first + v * length, frame + t));
}

template <Index Vectors, class D>
void multiply_rows(D d, const Rows& rows, Index frame, Index last) {
  for (; frame + 4 <= last; frame += 4) multiply_tile<Vectors, 4>(d, rows, frame);
  for (; frame < last; ++frame) multiply_tile<Vectors, 1>(d, rows, frame);
}

/// V = W·H for the frames from `first` to `last`.
void multiply(const MatrixView& W, const MatrixView& H, Matrix& V, Index first, Index last) {
  const hn::ScalableTag<float> vector;
  const Index panel = 2 * static_cast<Index>(hn::Lanes(vector));
  Index row = 0;
  for (; row + panel <= W.rows(); row += panel)
    multiply_rows<2>(vector, {W, H, V, row}, first, last);
  for (; row < W.rows(); ++row)
    multiply_rows<1>(hn::CappedTag<float, 1>(), {W, H, V, row}, first, last);
}

/// V += W·h for activations that are not 0, in the order in which they are given. A stripe of rows
/// of V and W stays in the first cache.
void add_atoms(const MatrixView& W, std::span<const Active> active, Matrix& V) {
  constexpr Index stripe = 256;
  const hn::ScalableTag<float> d;
  const auto length = static_cast<Index>(hn::Lanes(d));
  for (Index first = 0; first < W.rows(); first += stripe) {
    const Index last = std::min(first + stripe, W.rows());
    for (const auto& [atom, frame, value] : active) {
      const float* w = &W.coeffRef(0, atom);
      float* v = &V(0, frame);
      const auto h = hn::Set(d, value);
      Index row = first;
      for (; row + length <= last; row += length)
        hn::StoreU(hn::Add(hn::LoadU(d, v + row), hn::Mul(h, hn::LoadU(d, w + row))), d, v + row);
      for (; row < last; ++row) v[row] += value * w[row];
    }
  }
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

namespace nmfsep {

HWY_EXPORT(multiply);
HWY_EXPORT(add_atoms);

namespace {

constexpr Index together = 16;  // so many columns of V stay in the second cache

/// Zeros are worth skipping where fewer than an eighth are left.
bool is_sparse(const MatrixView& H) {
  Index active = 0;
  for (Index t = 0; t < H.cols(); ++t) active += (H.col(t).array() != 0).count();
  return active < H.size() / 8;
}

/// The activations of some frames, atom after atom.
std::vector<Active> active_in(const MatrixView& H, Index first, Index last) {
  std::vector<Active> active;
  for (Index k = 0; k < H.rows(); ++k)
    for (Index t = first; t < last; ++t)
      if (const float h = H.coeffRef(k, t); h != 0) active.push_back({k, t, h});
  return active;
}

}  // namespace

Matrix product(const MatrixView& W, const MatrixView& H) {
  const bool sparse = is_sparse(H);
  Matrix V = sparse ? Matrix(Matrix::Zero(W.rows(), H.cols())) : Matrix(W.rows(), H.cols());
  const tbb::blocked_range<Index> all(0, H.cols(), together);
  tbb::parallel_for(all, [&](const tbb::blocked_range<Index>& range) {
    if (sparse)
      HWY_DYNAMIC_DISPATCH(add_atoms)(W, active_in(H, range.begin(), range.end()), V);
    else
      HWY_DYNAMIC_DISPATCH(multiply)(W, H, V, range.begin(), range.end());
  });
  return V;
}

}  // namespace nmfsep
#endif
