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
#include <limits>

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
constexpr Index block_rows = 104;

// Loops over registers are unrolled whatever the compiler thinks.
#if defined(__clang__)
#define NMFSEP_UNROLL _Pragma("clang loop unroll(full)")
#else
#define NMFSEP_UNROLL _Pragma("GCC unroll 16")
#endif

/// Rows or components.
struct Range {
  Index first, last;
  Index size() const { return last - first; }
};

/// The i-th of `count` nearly equal parts of `total`.
Range part(Index i, Index count, Index total) {
  return {i * total / count, (i + 1) * total / count};
}

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

/// Scaled and floored. Denormals go first, by their bits, since arithmetic on them is slow.
HWY_INLINE V prepare(const LaneSource& source, V value, V scale) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const auto bits = hn::BitCast(di, value);
  const auto normal = hn::Gt(bits, hn::Set(di, 0x007FFFFF));
  value = hn::Mul(hn::BitCast(d, hn::IfThenElseZero(normal, bits)), scale);
  return hn::IfThenElse(hn::Lt(value, constant(source.floor)), constant(source.least), value);
}

/// One row, entry by entry.
void load_entries(const LaneSource& s, Index row, float* out) {
  for (Index lane = 0; lane < lanes; ++lane) {
    const Index at = s.lanes_are_columns ? lane * s.stride + row : row * s.stride + lane;
    const bool normal = lane < s.lanes && s.first[at] >= std::numeric_limits<float>::min();
    const float value = normal ? s.first[at] * s.scales[lane] : 0;
    out[lane] = value < s.floor ? s.least : value;
  }
}

#if HWY_TARGET == HWY_SCALAR
Index load_whole(const LaneSource&, Index, Index, float*) { return 0; }
Index store_whole(const float*, Index, const LaneTarget&) { return 0; }
#else
/// Four entries of every fourth column, from column 0 on: one column a 128-bit block.
template <class D>
HWY_INLINE hn::Vec<D> load_blocks(D d, const float* from, Index stride) {
  constexpr Index size = hn::MaxLanes(D());
  if constexpr (size == 4) {
    return hn::LoadU(d, from);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, load_blocks(half, from + size / 2 * stride, stride),
                       load_blocks(half, from, stride));
  }
}

template <class D>
HWY_INLINE void store_blocks(D d, hn::Vec<D> v, float* to, Index stride) {
  constexpr Index size = hn::MaxLanes(D());
  if constexpr (size == 4) {
    hn::StoreU(v, d, to);
  } else {
    const hn::Half<D> half;
    store_blocks(half, hn::UpperHalf(half, v), to + size / 2 * stride, stride);
    store_blocks(half, hn::LowerHalf(half, v), to, stride);
  }
}

/// The transpose of the 4 × 4 entries in each 128-bit block of four vectors.
HWY_INLINE void transpose_blocks(V (&v)[4]) {
  const Floats d;
  const hn::Repartition<double, Floats> pairs;
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, v[0], v[1]));
  const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, v[2], v[3]));
  const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, v[0], v[1]));
  const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, v[2], v[3]));
  v[0] = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
  v[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
  v[2] = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
  v[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
}

/// Four rows at a time, if all lanes are in use. The number of rows that are done.
Index load_whole(const LaneSource& s, Index first_row, Index rows, float* tile) {
  if (s.lanes < lanes) return 0;
  const Floats d;
  for (Index half = 0; half < lanes; half += length) {
    const V scales = hn::Load(d, s.scales + half);
    const V scale[4] = {hn::Broadcast<0>(scales), hn::Broadcast<1>(scales),
                        hn::Broadcast<2>(scales), hn::Broadcast<3>(scales)};
    for (Index row = 0; row + 4 <= rows; row += 4) {
      const float* from = s.first + half * s.stride + first_row + row;
      V v[4];
      for (Index i = 0; i < 4; ++i)
        v[i] = prepare(s, load_blocks(d, from + i * s.stride, s.stride), scale[i]);
      transpose_blocks(v);
      for (Index i = 0; i < 4; ++i) hn::Store(v[i], d, tile + (row + i) * lanes + half);
    }
  }
  return rows - rows % 4;
}

/// The way back.
Index store_whole(const float* tile, Index rows, const LaneTarget& target) {
  if (target.lanes < lanes) return 0;
  const Floats d;
  for (Index half = 0; half < lanes; half += length)
    for (Index row = 0; row + 4 <= rows; row += 4) {
      V v[4];
      for (Index i = 0; i < 4; ++i) v[i] = hn::Load(d, tile + (row + i) * lanes + half);
      transpose_blocks(v);
      float* to = target.first + half * target.stride + row;
      for (Index i = 0; i < 4; ++i) store_blocks(d, v[i], to + i * target.stride, target.stride);
    }
  return rows - rows % 4;
}
#endif

void load_columns(const LaneSource& s, Index first_row, Index rows, float* tile) {
  for (Index row = load_whole(s, first_row, rows, tile); row < rows; ++row)
    load_entries(s, first_row + row, tile + row * lanes);
}

void load_rows(const LaneSource& s, Index first_row, Index rows, float* tile) {
  const Floats d;
  for (Index row = first_row; row < first_row + rows; ++row, tile += lanes) {
    const float* from = s.first + row * s.stride;
    if (s.lanes < lanes) {
      load_entries(s, row, tile);
    } else {
      for (Index half = 0; half < lanes; half += length) {
        const V scale = hn::Load(d, s.scales + half);
        hn::Store(prepare(s, hn::LoadU(d, from + half), scale), d, tile + half);
      }
    }
  }
}

void load(const LaneSource& source, Index first_row, Index rows, float* tile) {
  (source.lanes_are_columns ? load_columns : load_rows)(source, first_row, rows, tile);
}

void store(const float* tile, Index rows, const LaneTarget& target) {
  for (Index row = store_whole(tile, rows, target); row < rows; ++row)
    for (Index lane = 0; lane < target.lanes; ++lane)
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

/// sums(i) = start(i) + Σ over `count` steps of at(step, i)·b(step), for Size × 2 vectors that stay
/// in registers; b is steps × lanes.
template <Index Size, typename Start, typename At>
HWY_INLINE void multiply(const Start& start, const At& at, Index count, const float* HWY_RESTRICT b,
                         float* HWY_RESTRICT sums) {
  const Floats d;
  V sum[Size][2];
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i) {
    sum[i][0] = start(i * lanes);
    sum[i][1] = start(i * lanes + length);
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

/// What lies in L1 while a block is worked on, each rows × lanes.
struct Block {
  const float* X;
  float* model;        // its place is then taken by the weights of the numerator
  float* denominator;  // the weights of it
};

/// model = A·B + ε for the rows of a block; meanwhile asks for the X of the next one.
void compute_model(const TileProblem& p, Range rows, float* model) {
  const Index count = panels(rows.size());
  const Index stride = p.components;
  for (Index i = 0; i < count; ++i) {
    const Range share = part(i, count, rows.size());
    if (p.X == nullptr)
      prefetch(p.source, std::min(p.rows, rows.last + share.first),
               std::min(p.rows, rows.last + share.last));
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
  const Index gradient_size = (p.components - p.first_free) * lanes;
  if (gradient) std::fill_n(p.numerator, gradient_size, 0.0F);
  if (gradient && D::has_denominator) std::fill_n(p.denominator, gradient_size, 0.0F);
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
