// The fused update: everything between two visits of the loop in one pass over a tile.
//
//             components                    lanes (2 vectors)
//           ┌────────────┐                  ┌──┬──┐
//    rows   │     A      │    components    │  B  │      X, model, weights: rows × lanes
//           │            │                  └──┴──┘
//           └────────────┘
//
//   for each block of about 100 rows                     (all that a block touches stays in L1)
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

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nmf/kernel.cpp"
#define HWY_COMPILE_ALL_ATTAINABLE  // so that the scalar reference exists
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)  // sizeless vectors

#include "nmf/kernel.hpp"

#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>

#include "nmf/divergence-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

constexpr Index length = HWY_LANES(float);  // of a vector
constexpr Index lanes = 2 * length;
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr Index panel = 13;  // 26 of 32 registers hold sums
#else
constexpr Index panel = 6;  // 12 of 16
#endif
constexpr Index block_panels = 104 / panel;
constexpr Index block_rows = block_panels * panel;

// Loops over registers are unrolled whatever the compiler thinks.
#if defined(__clang__)
#define NMFSEP_UNROLL _Pragma("clang loop unroll(full)")
#else
#define NMFSEP_UNROLL _Pragma("GCC unroll 16")
#endif

/// Rows (or components) first to last of panel i when `total` are shared out evenly.
struct Share {
  Share(Index i, Index count, Index total)
      : first(i * total / count), last((i + 1) * total / count) {}
  Index size() const { return last - first; }
  Index first, last;
};

Index panels(Index total) { return (total + panel - 1) / panel; }

/// Calls f with `size` (1 to `panel`) as a compile-time constant.
template <Index Size = panel, typename F>
HWY_INLINE void with_size(Index size, const F& f) {
  if constexpr (Size == 1)
    f(std::integral_constant<Index, 1>());
  else if (size == Size)
    f(std::integral_constant<Index, Size>());
  else
    with_size<Size - 1>(size, f);
}

// --- Into the lanes ------------------------------------------------------------------------------

template <typename D, typename Vector = hn::Vec<D>>
HWY_INLINE Vector floored(D d, const LaneSource& source, Vector value) {
  return hn::IfThenElse(hn::Lt(value, hn::Set(d, source.floor)), hn::Set(d, source.least), value);
}

/// The lanes from `first_lane` on, one entry at a time.
void load_entries(const LaneSource& s, Index first_lane, Index row, float* out) {
  for (Index lane = first_lane; lane < lanes; ++lane) {
    const Index at = s.lanes_are_columns ? lane * s.stride + row : row * s.stride + lane;
    const float value = lane < s.lanes ? s.first[at] * s.scales[lane] : 0;
    out[lane] = value < s.floor ? s.least : value;
  }
}

#if HWY_TARGET == HWY_SCALAR
Index load_quads(const LaneSource&, Index, Index, float*) { return 0; }
Index store_quads(const float*, Index, const LaneTarget&) { return 0; }
#else
using Quad = hn::FixedTag<float, 4>;

/// The transpose of four rows of four, row by row to `put`.
template <typename QuadV, typename Put>
HWY_INLINE void transpose(QuadV r0, QuadV r1, QuadV r2, QuadV r3, const Put& put) {
  const Quad d;
  const hn::FixedTag<double, 2> pairs;
  const auto lower = [=](QuadV a, QuadV b) HWY_ATTR {
    return hn::BitCast(d, hn::InterleaveLower(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
  };
  const auto upper = [=](QuadV a, QuadV b) HWY_ATTR {
    return hn::BitCast(d, hn::InterleaveUpper(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
  };
  const QuadV low01 = hn::InterleaveLower(d, r0, r1), low23 = hn::InterleaveLower(d, r2, r3);
  const QuadV high01 = hn::InterleaveUpper(d, r0, r1), high23 = hn::InterleaveUpper(d, r2, r3);
  put(0, lower(low01, low23));
  put(1, upper(low01, low23));
  put(2, lower(high01, high23));
  put(3, upper(high01, high23));
}

/// Columns into lanes, four rows and four lanes at a time. The number of lanes that are done.
Index load_quads(const LaneSource& s, Index first_row, Index rows, float* tile) {
  const Quad d;
  Index lane = 0;
  for (; lane + 4 <= s.lanes; lane += 4)
    for (Index row = 0; row + 4 <= rows; row += 4) {
      const float* from = s.first + lane * s.stride + first_row + row;
      const auto column = [&](Index i) HWY_ATTR {
        const auto scale = hn::Set(d, s.scales[lane + i]);
        return floored(d, s, hn::Mul(hn::LoadU(d, from + i * s.stride), scale));
      };
      float* to = tile + row * lanes + lane;
      transpose(column(0), column(1), column(2), column(3),
                [=](Index i, auto quad) HWY_ATTR { hn::Store(quad, d, to + i * lanes); });
    }
  return lane;
}

/// The way back.
Index store_quads(const float* tile, Index rows, const LaneTarget& target) {
  const Quad d;
  Index lane = 0;
  for (; lane + 4 <= target.lanes; lane += 4)
    for (Index row = 0; row + 4 <= rows; row += 4) {
      const float* from = tile + row * lanes + lane;
      float* to = target.first + lane * target.stride + row;
      transpose(hn::Load(d, from), hn::Load(d, from + lanes), hn::Load(d, from + 2 * lanes),
                hn::Load(d, from + 3 * lanes),
                [&](Index i, auto quad) HWY_ATTR { hn::StoreU(quad, d, to + i * target.stride); });
    }
  return lane;
}
#endif

void load_columns(const LaneSource& s, Index first_row, Index rows, float* tile) {
  const Index done = load_quads(s, first_row, rows, tile);
  for (Index row = 0; row < rows; ++row)
    load_entries(s, row < rows - rows % 4 ? done : 0, first_row + row, tile + row * lanes);
}

void load_rows(const LaneSource& s, Index first_row, Index rows, float* tile) {
  const Floats d;
  for (Index row = first_row; row < first_row + rows; ++row, tile += lanes) {
    const float* from = s.first + row * s.stride;
    if (s.lanes < lanes) {
      load_entries(s, 0, row, tile);
    } else {
      for (Index half = 0; half < lanes; half += length) {
        const V scaled = hn::Mul(hn::LoadU(d, from + half), hn::Load(d, s.scales + half));
        hn::Store(floored(d, s, scaled), d, tile + half);
      }
    }
  }
}

void load(const LaneSource& source, Index first_row, Index rows, float* tile) {
  (source.lanes_are_columns ? load_columns : load_rows)(source, first_row, rows, tile);
}

void store(const float* tile, Index rows, const LaneTarget& target) {
  const Index done = store_quads(tile, rows, target);
  for (Index lane = 0; lane < target.lanes; ++lane)
    for (Index row = lane < done ? rows - rows % 4 : 0; row < rows; ++row)
      target.first[lane * target.stride + row] = tile[row * lanes + lane];
}

/// Asks for rows that the next block will load, while this one computes.
void prefetch(const LaneSource& s, Index first_row, Index last_row) {
  constexpr Index line = 64 / sizeof(float);
  if (s.lanes_are_columns) {
    for (Index lane = 0; lane < s.lanes; ++lane)
      for (Index row = first_row; row < last_row; row += line)
        hwy::Prefetch(s.first + lane * s.stride + row);
  } else {
    for (Index row = first_row; row < last_row; ++row)
      for (Index lane = 0; lane < s.lanes + line - 1; lane += line)
        hwy::Prefetch(s.first + row * s.stride + std::min(lane, s.lanes - 1));
  }
}

// --- The two products ----------------------------------------------------------------------------

/// sum(i) += Σ over `count` steps of at(step, i)·b(step): Size × 2 vectors that start and end in
/// memory and stay in registers between; b is steps × lanes.
template <Index Size, typename At>
HWY_INLINE void multiply(const At& at, Index count, const float* HWY_RESTRICT b,
                         float* HWY_RESTRICT sums) {
  const Floats d;
  V sum[Size][2];
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i) {
    sum[i][0] = hn::Load(d, sums + i * lanes);
    sum[i][1] = hn::Load(d, sums + i * lanes + length);
  }
  for (Index step = 0; step < count; ++step) {
    const V b0 = hn::Load(d, b + step * lanes);
    const V b1 = hn::Load(d, b + step * lanes + length);
    NMFSEP_UNROLL
    for (Index i = 0; i < Size; ++i) {
      const V a = hn::Set(d, *at(step, i));
      sum[i][0] = hn::MulAdd(a, b0, sum[i][0]);
      sum[i][1] = hn::MulAdd(a, b1, sum[i][1]);
    }
  }
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i) {
    hn::Store(sum[i][0], d, sums + i * lanes);
    hn::Store(sum[i][1], d, sums + i * lanes + length);
  }
}

/// model = A·B + ε for the rows of a block; meanwhile asks for the X of the next one.
void compute_model(const TileProblem& p, Share rows, float* model) {
  std::fill_n(model, rows.size() * lanes, model_floor);
  const Index count = panels(rows.size());
  const Index stride = p.components;
  for (Index i = 0; i < count; ++i) {
    const Share share(i, count, rows.size());
    if (p.X == nullptr)
      prefetch(p.source, std::min(p.rows, rows.last + share.first),
               std::min(p.rows, rows.last + share.last));
    const float* A = p.A + (rows.first + share.first) * stride;
    with_size(share.size(), [&](auto size) HWY_ATTR {
      multiply<size>([=](Index k, Index row) { return A + row * stride + k; }, p.components, p.B,
                     model + share.first * lanes);
    });
  }
}

/// gradient += Aᵀ·weights over the rows of a block, for the free components.
void accumulate(const TileProblem& p, Share rows, const float* weights, float* gradient) {
  const Index free = p.components - p.first_free;
  const Index stride = p.components;
  for (Index i = 0; i < panels(free); ++i) {
    const Share share(i, panels(free), free);
    const float* A = p.A + rows.first * stride + p.first_free + share.first;
    with_size(share.size(), [&](auto size) HWY_ATTR {
      multiply<size>([=](Index row, Index k) { return A + row * stride + k; }, rows.size(), weights,
                     gradient + share.first * lanes);
    });
  }
}

// --- The update ----------------------------------------------------------------------------------

/// What lies in L1 while a block is worked on, each rows × lanes. The weights of the numerator
/// replace the model.
struct Block {
  explicit Block(float* scratch)
      : X(scratch), model(X + block_rows * lanes), denominator(model + block_rows * lanes) {}
  float* X;
  float* model;
  float* denominator;
};

template <class D>
void weigh(const D& divergence, Index rows, const float* X, const Block& block) {
  const Floats d;
  for (Index i = 0; i < rows * lanes; i += length) {
    const Weights weights = divergence.weights(hn::Load(d, X + i), hn::Load(d, block.model + i));
    hn::Store(weights.numerator, d, block.model + i);
    if constexpr (D::has_denominator) hn::Store(weights.denominator, d, block.denominator + i);
  }
}

/// Adds each lane's divergence: over a block in float, over blocks in double.
template <class D>
void add_cost(const D& divergence, Index rows, const float* X, const float* model, double* cost) {
  const Floats d;
  for (Index half = 0; half < lanes; half += length) {
    V sum = hn::Zero(d);
    for (Index i = half; i < rows * lanes; i += lanes)
      sum = hn::Add(sum, divergence.cost(hn::Load(d, X + i), hn::Load(d, model + i)));
    HWY_ALIGN float sums[length];
    hn::Store(sum, d, sums);
    for (Index lane = 0; lane < length; ++lane)
      cost[half + lane] += static_cast<double>(sums[lane]);
  }
}

template <class D>
void compute_tile(const D& divergence, const TileProblem& p) {
  const bool gradient = p.numerator != nullptr;
  const Index gradient_size = (p.components - p.first_free) * lanes;
  if (gradient) std::fill_n(p.numerator, gradient_size, 0.0F);
  if (gradient && D::has_denominator) std::fill_n(p.denominator, gradient_size, 0.0F);
  if (p.cost != nullptr) std::fill_n(p.cost, lanes, 0.0);

  const Block block(p.scratch);
  const Index blocks = (p.rows + block_rows - 1) / block_rows;
  for (Index i = 0; i < blocks; ++i) {
    const Share rows(i, blocks, p.rows);
    if (p.X == nullptr) load(p.source, rows.first, rows.size(), block.X);
    const float* X = p.X == nullptr ? block.X : p.X + rows.first * lanes;
    compute_model(p, rows, block.model);
    if (p.cost != nullptr) add_cost(divergence, rows.size(), X, block.model, p.cost);
    if (!gradient) continue;
    weigh(divergence, rows.size(), X, block);
    accumulate(p, rows, block.model, p.numerator);
    if (D::has_denominator) accumulate(p, rows, block.denominator, p.denominator);
  }
}

void compute(const TileProblem& problem, const Divergence& divergence) {
  if (divergence.beta == 1) return compute_tile(KullbackLeibler(), problem);
  if (divergence.beta == 0) return compute_tile(ItakuraSaito(), problem);
  if (divergence.beta == 2) return compute_tile(Euclidean(), problem);
  compute_tile(GeneralBeta{divergence.beta}, problem);
}

void apply(const float* numerator, const float* denominator, float exponent, Index size, float* B) {
  const Floats d;
  const V tiny = constant(0x1p-120F);
  for (Index i = 0; i < size; i += length) {
    const V below = hn::Load(d, denominator + i);
    V factor = hn::Div(hn::Load(d, numerator + i), hn::Max(below, tiny));
    if (exponent == 0.5F)
      factor = hn::Sqrt(factor);
    else if (exponent != 1)
      factor = GeneralBeta::power(hn::Max(factor, tiny), exponent);
    const V before = hn::Load(d, B + i);
    const V after = hn::Mul(before, factor);
    const V kept = hn::IfThenElseZero(hn::Ge(after, constant(factor_floor)), after);
    hn::Store(hn::IfThenElse(hn::Gt(below, hn::Zero(d)), kept, before), d, B + i);
  }
}

void extrapolate(const float* first, const float* second, Index components, float* third) {
  const Floats d;
  for (Index half = 0; half < lanes; half += length) {
    const auto at = [=](const float* B, Index k) { return hn::Load(d, B + k * lanes + half); };
    V r_norm = hn::Zero(d);
    V v_norm = constant(0x1p-100F);
    for (Index k = 0; k < components; ++k) {
      const V r = hn::Sub(at(second, k), at(first, k));
      const V v = hn::Sub(hn::Sub(at(third, k), at(second, k)), r);
      r_norm = hn::MulAdd(r, r, r_norm);
      v_norm = hn::MulAdd(v, v, v_norm);
    }
    const V step = hn::Clamp(hn::Sqrt(hn::Div(r_norm, v_norm)), constant(1), constant(64));
    for (Index k = 0; k < components; ++k) {
      const V r = hn::Sub(at(second, k), at(first, k));
      const V v = hn::Sub(hn::Sub(at(third, k), at(second, k)), r);
      const V far =
          hn::MulAdd(hn::Mul(step, step), v, hn::MulAdd(hn::Add(step, step), r, at(first, k)));
      const V near = hn::Mul(constant(0.1F), at(third, k));
      hn::Store(hn::IfThenElse(hn::Gt(far, hn::Zero(d)), far, near), d, third + k * lanes + half);
    }
  }
}

const Kernel* kernel() {
  static constexpr Kernel table{HWY_TARGET == HWY_AVX3   ? "avx512"
                                : HWY_TARGET == HWY_AVX2 ? "avx2"
                                : HWY_TARGET == HWY_SSE4 ? "sse4"
                                : HWY_TARGET == HWY_NEON ? "neon"
                                                         : "scalar",
                                lanes,
                                3 * block_rows * lanes,
                                load,
                                store,
                                compute,
                                apply,
                                extrapolate};
  return &table;
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
