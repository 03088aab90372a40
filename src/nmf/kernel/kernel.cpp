// The fused update: everything between two visits of the loop in one pass over a tile.
//
//             components                    lanes (2 vectors)
//           ┌────────────┐                  ┌──┬──┐
//    rows   │     A      │    components    │  B  │      X, model, weights: rows × lanes
//           │            │                  └──┴──┘
//           └────────────┘
//
//   for each block of about 80 rows                      (all that a block touches stays in L1)
//     for each panel of up to 13 rows (6 with 16 registers)
//       model = A·B + ε            panel × 2 vectors of sums in registers, over all components
//     weights = X / model          for KL; divergence-inl.hpp has the others
//     for each panel of up to 13 components
//       numerator += Aᵀ·weights    panel × 2 vectors of sums in registers, over the block's rows
//
// An entry of A is broadcast to the lanes, so neither rank nor rows are padded to the vector
// length, and A is read as it lies, row by row, in both products. Every lane is treated alike and
// alone, and sums run over components and rows in order: a lane's bits depend neither on its place
// in a tile nor on its neighbours, the number of tiles or the threads.
//
// lanes-inl.hpp brings X into a tile and factors back, products-inl.hpp has the loop of both
// products, divergence-inl.hpp the weights and costs; single-inl.hpp is the update of a frame
// alone. All are compiled once for each target.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nmf/kernel/kernel.cpp"
#define HWY_COMPILE_ALL_ATTAINABLE  // so that the scalar reference exists
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)  // sizeless vectors

#include "nmf/kernel/kernel.hpp"

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>

#include "nmf/kernel/divergence-inl.hpp"
#include "nmf/kernel/extrapolation-inl.hpp"
#include "nmf/kernel/lanes-inl.hpp"
#include "nmf/kernel/products-inl.hpp"
#include "nmf/kernel/single-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

constexpr Index block_rows = 78;  // whole panels: X, weights, sums and the rows of A stay in L1

/// What lies in L1 while a block is worked on, each rows × lanes.
struct Block {
  const float* X;
  float* model;        // its place is then taken by the weights of the numerator
  float* denominator;  // the weights of it
};

/// model = A·B + ε for the rows of a block.
void compute_model(const TileProblem& p, Range rows, float* model) {
  const Index count = panels(rows.size());
  const Index stride = p.components;
  for (Index i = 0; i < count; ++i) {
    const Range share = part(i, count, rows.size());
    const float* A = p.A + (rows.first + share.first) * stride;
    with_size(share.size(), [&](auto size) HWY_ATTR {
      multiply<size>([](Index) HWY_ATTR { return constant(model_floor); },
                     [=](Index k, Index row) { return A + row * stride + k; }, p.components, p.B,
                     model + share.first * lanes);
    });
  }
}

/// gradient += Aᵀ·weights over the rows of a block, for the free components.
void accumulate(const TileProblem& p, Range rows, const float* weights, float* gradient) {
  const Index free = p.components - p.first_free;
  const Index stride = p.components;
  for (Index i = 0; i < panels(free); ++i) {
    const Range share = part(i, panels(free), free);
    const float* A = p.A + rows.first * stride + p.first_free + share.first;
    float* sums = gradient + share.first * lanes;
    with_size(share.size(), [&](auto size) HWY_ATTR {
      multiply<size>([=](Index at) HWY_ATTR { return hn::Load(Floats(), sums + at); },
                     [=](Index row, Index k) { return A + row * stride + k; }, rows.size(), weights,
                     sums);
    });
  }
}

// --- The update ----------------------------------------------------------------------------------

template <class D>
void weigh(const D& divergence, Index rows, const Block& block) {
  const Floats d;
  for (Index i = 0; i < rows * lanes; i += length) {
    const Weights weights =
        divergence.weights(hn::Load(d, block.X + i), hn::Load(d, block.model + i));
    hn::Store(weights.numerator, d, block.model + i);
    if constexpr (D::has_denominator) hn::Store(weights.denominator, d, block.denominator + i);
  }
}

/// Adds each lane's divergence: over a block in float, over blocks in double.
template <class D>
void add_cost(const D& divergence, Index rows, const Block& block, double* cost) {
  const Floats d;
  for (Index half = 0; half < lanes; half += length) {
    V sum = hn::Zero(d);
    for (Index i = half; i < rows * lanes; i += lanes)
      sum = hn::Add(sum, divergence.cost(hn::Load(d, block.X + i), hn::Load(d, block.model + i)));
    HWY_ALIGN float sums[length];
    hn::Store(sum, d, sums);
    for (Index lane = 0; lane < length; ++lane)
      cost[half + lane] += static_cast<double>(sums[lane]);
  }
}

template <class D>
void compute_tile(const D& divergence, const TileProblem& p) {
  const bool gradient = p.numerator != nullptr;
  const bool clear = gradient && !p.add_gradient;
  const Index gradient_size = (p.components - p.first_free) * lanes;
  if (clear && !p.keep_numerator) std::fill_n(p.numerator, gradient_size, 0.0F);
  if (clear && D::has_denominator) std::fill_n(p.denominator, gradient_size, 0.0F);
  if (p.cost != nullptr) std::fill_n(p.cost, lanes, 0.0);

  float* scratch = p.scratch;
  for (Index first = 0; first < p.rows; first += block_rows) {
    const Range rows{first, std::min(first + block_rows, p.rows)};
    if (p.X == nullptr) load(p.source, first, rows.size(), scratch);
    const Block block{p.X == nullptr ? scratch : p.X + first * lanes, scratch + block_rows * lanes,
                      scratch + 2 * block_rows * lanes};
    compute_model(p, rows, block.model);
    if (p.cost != nullptr) add_cost(divergence, rows.size(), block, p.cost);
    if (!gradient) continue;
    weigh(divergence, rows.size(), block);
    if (!p.keep_numerator) accumulate(p, rows, block.model, p.numerator);
    if (D::has_denominator) accumulate(p, rows, block.denominator, p.denominator);
  }
}

void compute(const TileProblem& problem, const Divergence& divergence) {
  if (divergence.beta == 1) return compute_tile(KullbackLeibler(), problem);
  if (divergence.beta == 0) return compute_tile(ItakuraSaito(), problem);
  if (divergence.beta == 2) return compute_tile(Euclidean(), problem);
  compute_tile(GeneralBeta{divergence.beta}, problem);
}

/// Step's relaxation.
HWY_INLINE V relax(V q, float relaxation) {
  const V one = constant(1);
  const V omega = constant(relaxation);
  const V up = hn::MulAdd(omega, hn::Sub(q, one), one);
  const V down = hn::Div(q, hn::MulAdd(q, hn::Sub(one, omega), omega));
  return hn::IfThenElse(hn::Gt(q, one), up, down);
}

void apply(const float* numerator, const float* denominator, const Step& step, Index size,
           float* B) {
  const Floats d;
  const V tiny = constant(0x1p-120F);
  for (Index i = 0; i < size; i += length) {
    const V below = hn::Load(d, denominator + i);
    V factor = hn::Div(hn::Load(d, numerator + i), hn::Max(below, tiny));
    if (step.exponent == 0.5F)
      factor = hn::Sqrt(factor);
    else if (step.exponent != 1)
      factor = GeneralBeta::power(hn::Max(factor, tiny), step.exponent);
    if (step.relaxation != 1) factor = relax(factor, step.relaxation);
    const V before = hn::Load(d, B + i);
    const V after = hn::Mul(before, factor);
    const V kept = hn::IfThenElseZero(hn::Ge(after, constant(factor_floor)), after);
    hn::Store(hn::IfThenElse(hn::Gt(below, hn::Zero(d)), kept, before), d, B + i);
  }
}

void extrapolate(const float* first, const float* second, Index components, float* third) {
  const Floats d;
  for (Index half = 0; half < lanes; half += length) {
    const auto at = [=](const float* B, Index k)
                        HWY_ATTR { return hn::Load(d, B + k * lanes + half); };
    V r_norm = hn::Zero(d);
    V v_norm = constant(0x1p-100F);
    for (Index k = 0; k < components; ++k) {
      const Differences by(at(first, k), at(second, k), at(third, k));
      r_norm = hn::MulAdd(by.r, by.r, r_norm);
      v_norm = hn::MulAdd(by.v, by.v, v_norm);
    }
    const V step = squared_step(r_norm, v_norm);
    for (Index k = 0; k < components; ++k)
      hn::Store(extrapolated(at(first, k), at(second, k), at(third, k), step), d,
                third + k * lanes + half);
  }
}

const Kernel* kernel() {
  constexpr const char* target = HWY_TARGET == HWY_AVX3   ? "avx512"
                                 : HWY_TARGET == HWY_AVX2 ? "avx2"
                                 : HWY_TARGET == HWY_SSE4 ? "sse4"
                                 : HWY_TARGET == HWY_NEON ? "neon"
                                                          : "scalar";
  static constexpr Kernel single{
      target, 1, 0, length, load_single, nullptr, compute_single, apply, extrapolate_single,
      nullptr};
  static constexpr Kernel tile{
      target, lanes, 3 * block_rows * lanes, 0, load, store, compute, apply, extrapolate, &single};
  return &tile;
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmfsep {

const std::vector<const Kernel*>& supported_kernels() {
  static const std::vector<const Kernel*> kernels = [] {
    using Choose = const Kernel* (*)();
    const std::pair<std::int64_t, Choose> compiled[] = {{HWY_AVX3, HWY_CHOOSE_AVX3(kernel)},
                                                        {HWY_AVX2, HWY_CHOOSE_AVX2(kernel)},
                                                        {HWY_SSE4, HWY_CHOOSE_SSE4(kernel)},
                                                        {HWY_NEON, HWY_CHOOSE_NEON(kernel)}};
    std::vector<const Kernel*> found;
    for (const auto& [target, choose] : compiled)
      if (choose != nullptr && (hwy::SupportedTargets() & target) != 0) found.push_back(choose());
    found.push_back((HWY_CHOOSE_FALLBACK(kernel))());
    return found;
  }();
  return kernels;
}

}  // namespace nmfsep
#endif  // HWY_ONCE
