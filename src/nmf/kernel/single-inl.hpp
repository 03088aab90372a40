// The update of one frame that few atoms explain. Lanes are its rows, so that atoms which are 0 in
// it cost nothing, as they would where many frames share a tile.
//
//            components, 64 rows of each            A: for each block of 64 rows, one atom's rows
//          ┌──┬──┬──┬──┐                            after the other's
//   64     │  │  │  │  │ · b  =  model              sums of all 64 rows in registers, atom by atom
//   rows   │  │  │  │  │
//          └──┴──┴──┴──┘
//            · · · · weights  =  numerator          a vector of sums for each atom, added up after
//                                                   the last block
//
// A block of A is read from L2 for the model and again from L1 for the numerator. Compiled once for
// each target.

#if defined(NMFSEP_SINGLE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef NMFSEP_SINGLE_INL_HPP
#undef NMFSEP_SINGLE_INL_HPP
#else
#define NMFSEP_SINGLE_INL_HPP
#endif

#include <hwy/highway.h>

#include "nmf/kernel/divergence-inl.hpp"
#include "nmf/kernel/extrapolation-inl.hpp"
#include "nmf/kernel/kernel.hpp"
#include "nmf/kernel/lanes-inl.hpp"
#include "nmf/kernel/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

constexpr Index part_rows = std::min(single_run, 8 * length);  // whose sums are in registers
constexpr Index vectors = part_rows / length;
constexpr Index chains = 8 / vectors;  // of sums, so that additions need not wait for each other

inline void load_single(const LaneSource& source, Index first_row, Index rows, float* tile) {
  const Floats d;
  const float* from = source.first + first_row;
  const V scale = constant(*source.scales);
  const V limit =
      constant(std::max(source.floor / *source.scales, std::numeric_limits<float>::min()));
  const Index whole = rows - rows % length;
  for (Index row = 0; row < whole; row += length)
    hn::Store(prepare(hn::LoadU(d, from + row), limit, scale), d, tile + row);
  std::fill(std::copy(from + whole, from + rows, tile + whole), tile + in_whole_runs(rows), 0.0F);
  for (Index row = whole; row < rows; row += length)
    hn::Store(prepare(hn::Load(d, tile + row), limit, scale), d, tile + row);
}

/// ε + Σ_k a_k·b_k for the rows of a part, `a` its first row of the first atom.
HWY_INLINE void single_model(const TileProblem& p, const float* HWY_RESTRICT a,
                             V (&model)[vectors]) {
  const Floats d;
  V sum[chains][vectors];
  for (auto& chain : sum)
    for (V& v : chain) v = hn::Zero(d);
  Index k = 0;
  for (; k + chains <= p.components; k += chains) {
    NMFSEP_UNROLL
    for (Index chain = 0; chain < chains; ++chain) {
      const V b = constant(p.B[k + chain]);
      NMFSEP_UNROLL
      for (Index i = 0; i < vectors; ++i)
        sum[chain][i] =
            hn::MulAdd(b, hn::Load(d, a + (k + chain) * single_run + i * length), sum[chain][i]);
    }
  }
  for (; k < p.components; ++k) {
    const V b = constant(p.B[k]);
    NMFSEP_UNROLL
    for (Index i = 0; i < vectors; ++i)
      sum[0][i] = hn::MulAdd(b, hn::Load(d, a + k * single_run + i * length), sum[0][i]);
  }
  NMFSEP_UNROLL
  for (Index i = 0; i < vectors; ++i) {
    model[i] = constant(model_floor);
    NMFSEP_UNROLL
    for (Index chain = 0; chain < chains; ++chain) model[i] = hn::Add(model[i], sum[chain][i]);
  }
}

/// Adds each atom's products with the weights of a part's rows to its vector of sums.
HWY_INLINE void single_accumulate(const TileProblem& p, const float* HWY_RESTRICT a,
                                  const V (&weights)[vectors], float* HWY_RESTRICT sums) {
  const Floats d;
  for (Index k = 0; k < p.components; ++k) {
    V sum = hn::Load(d, sums + k * length);
    NMFSEP_UNROLL
    for (Index i = 0; i < vectors; ++i)
      sum = hn::MulAdd(weights[i], hn::Load(d, a + k * single_run + i * length), sum);
    hn::Store(sum, d, sums + k * length);
  }
}

/// One part's divergence, in float.
HWY_INLINE double single_cost(const float* X, const V (&model)[vectors]) {
  const Floats d;
  V sum = hn::Zero(d);
  for (Index i = 0; i < vectors; ++i)
    sum = hn::Add(sum, KullbackLeibler().cost(hn::Load(d, X + i * length), model[i]));
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

inline void compute_single(const TileProblem& p, const Divergence&) {
  const Floats d;
  std::fill_n(p.scratch, p.components * length, 0.0F);
  double cost = 0;
  for (Index first = 0; first < p.rows; first += part_rows) {
    const Index block = first / single_run * single_run;
    const float* a = p.A + block * p.components + (first - block);
    V weights[vectors];
    single_model(p, a, weights);
    if (p.cost != nullptr) cost += single_cost(p.X + first, weights);
    NMFSEP_UNROLL
    for (Index i = 0; i < vectors; ++i)
      weights[i] =
          KullbackLeibler().weights(hn::Load(d, p.X + first + i * length), weights[i]).numerator;
    single_accumulate(p, a, weights, p.scratch);
  }
  for (Index k = 0; k < p.components; ++k)
    p.numerator[k] = hn::GetLane(hn::SumOfLanes(d, hn::Load(d, p.scratch + k * length)));
  if (p.cost != nullptr) *p.cost = cost;
}

inline void extrapolate_single(const float* first, const float* second, Index components,
                               float* third) {
  const Floats d;
  const auto at = [=](const float* B, Index k) HWY_ATTR {
    return hn::IfThenElseZero(hn::FirstN(d, static_cast<std::size_t>(components - k)),
                              hn::Load(d, B + k));
  };
  V r_norm = hn::Zero(d);
  V v_norm = constant(0x1p-100F);
  for (Index k = 0; k < components; k += length) {
    const Differences by(at(first, k), at(second, k), at(third, k));
    r_norm = hn::MulAdd(by.r, by.r, r_norm);
    v_norm = hn::MulAdd(by.v, by.v, v_norm);
  }
  const V step = squared_step(hn::SumOfLanes(d, r_norm), hn::SumOfLanes(d, v_norm));
  for (Index k = 0; k < components; k += length)
    hn::Store(extrapolated(at(first, k), at(second, k), at(third, k), step), d, third + k);
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NMFSEP_SINGLE_INL_HPP
