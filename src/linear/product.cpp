// Google Highway enters here: one source, compiled for each instruction set, chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linear/product.cpp"
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)  // sizeless vectors
#include "nmfsep/linear/product.hpp"

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>
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

/// Some rows of W, and as many of V.
struct Stripe {
  const MatrixView& W;
  Matrix& V;
  Index first;
};

/// `Vectors` vectors of rows of a frame, whose sums stay in registers.
template <Index Vectors, class D>
HWY_INLINE void sum_atoms(D d, const Stripe& rows, const FrameAtoms& frame) {
  const auto length = static_cast<Index>(hn::Lanes(d));
  hn::Vec<D> sum[Vectors];
  for (Index v = 0; v < Vectors; ++v) sum[v] = hn::Zero(d);
  const float* first = &rows.W.coeffRef(rows.first, 0);
  for (const auto& [atom, value] : frame.active) {
    const float* w = first + atom * rows.W.outerStride();
    const auto h = hn::Set(d, value);
    for (Index v = 0; v < Vectors; ++v)
      sum[v] = hn::Add(sum[v], hn::Mul(h, hn::LoadU(d, w + v * length)));
  }
  for (Index v = 0; v < Vectors; ++v)
    hn::StoreU(sum[v], d, &rows.V(rows.first + v * length, frame.frame));
}

/// A stripe of V, all frames: its part of W stays in the second cache from frame to frame.
void multiply_active(const MatrixView& W, const std::vector<FrameAtoms>& frames, Matrix& V,
                     Index first) {
  const hn::ScalableTag<float> d;
  constexpr Index most = 8;  // vectors, of 16 registers
  const auto length = static_cast<Index>(hn::Lanes(d));
  const Index last = std::min(first + stripe_rows, W.rows());
  Index row = first;
  for (; row + most * length <= last; row += most * length)
    for (const FrameAtoms& frame : frames) sum_atoms<most>(d, {W, V, row}, frame);
  for (; row + length <= last; row += length)
    for (const FrameAtoms& frame : frames) sum_atoms<1>(d, {W, V, row}, frame);
  for (; row < last; ++row)
    for (const FrameAtoms& frame : frames)
      sum_atoms<1>(hn::CappedTag<float, 1>(), {W, V, row}, frame);
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

namespace nmfsep {

HWY_EXPORT(multiply);
HWY_EXPORT(multiply_active);

namespace {

/// Zeros are worth skipping where half of the activations are.
bool is_sparse(const MatrixView& H) {
  Index active = 0;
  for (Index t = 0; t < H.cols(); ++t) active += (H.col(t).array() != 0).count();
  return active < H.size() / 2;
}

FrameAtoms active_in(const MatrixView& H, Index frame) {
  FrameAtoms found{frame, {}};
  for (Index k = 0; k < H.rows(); ++k)
    if (const float h = H.coeffRef(k, frame); h != 0) found.active.push_back({k, h});
  return found;
}

void multiply_sparse(const MatrixView& W, const MatrixView& H, Matrix& V) {
  std::vector<FrameAtoms> frames(static_cast<std::size_t>(H.cols()));
  tbb::parallel_for(Index{0}, H.cols(), [&](Index frame) {
    frames[static_cast<std::size_t>(frame)] = active_in(H, frame);
  });
  tbb::parallel_for(Index{0}, (W.rows() + stripe_rows - 1) / stripe_rows, [&](Index stripe) {
    HWY_DYNAMIC_DISPATCH(multiply_active)(W, frames, V, stripe * stripe_rows);
  });
}

}  // namespace

Matrix product(const MatrixView& W, const MatrixView& H) {
  constexpr Index together = 16;  // so many columns of V stay in the second cache
  Matrix V(W.rows(), H.cols());
  if (is_sparse(H)) {
    multiply_sparse(W, H, V);
    return V;
  }
  const tbb::blocked_range<Index> all(0, H.cols(), together);
  tbb::parallel_for(all, [&](const tbb::blocked_range<Index>& range) {
    HWY_DYNAMIC_DISPATCH(multiply)(W, H, V, range.begin(), range.end());
  });
  return V;
}

}  // namespace nmfsep
#endif
