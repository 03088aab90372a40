// The fused update: everything between two visits of the loop in one pass over a tile.
//
//             components                    lanes (2 vectors)
//           ┌────────────┐                  ┌──┬──┐
//    rows   │     A      │    components    │  B  │      X, model, weights: rows × lanes
//           │            │                  └──┴──┘
//           └────────────┘
//
//   for each block of about 100 rows                         (X's block and A's rows in L1/L2)
//     for each panel of up to 13 rows (6 with 16 registers)
//       model = A·B + ε       panel × 2 vectors stay in registers over all components
//       weights = X / model   from the registers into L1 (KL; see divergence-inl.hpp)
//     for each panel of up to 13 components
//       numerator += Aᵀ·weights   panel × 2 vectors stay in registers over the block's rows
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
#else
/// Columns into lanes, four rows and four lanes at a time. The number of lanes that are done.
Index load_quads(const LaneSource& s, Index first_row, Index rows, float* tile) {
  const hn::FixedTag<float, 4> d;
  const hn::FixedTag<double, 2> pairs;
  const auto lower = [=](auto a, auto b) HWY_ATTR {
    return hn::BitCast(d, hn::InterleaveLower(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
  };
  const auto upper = [=](auto a, auto b) HWY_ATTR {
    return hn::BitCast(d, hn::InterleaveUpper(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
  };
  Index lane = 0;
  for (; lane + 4 <= s.lanes; lane += 4)
    for (Index row = 0; row + 4 <= rows; row += 4) {
      const float* from = s.first + lane * s.stride + first_row + row;
      const auto column = [&](Index i) HWY_ATTR {
        const auto scaled =
            hn::Mul(hn::LoadU(d, from + i * s.stride), hn::Set(d, s.scales[lane + i]));
        return floored(d, s, scaled);
      };
      const auto c0 = column(0), c1 = column(1), c2 = column(2), c3 = column(3);
      const auto low01 = hn::InterleaveLower(d, c0, c1), low23 = hn::InterleaveLower(d, c2, c3);
      const auto high01 = hn::InterleaveUpper(d, c0, c1), high23 = hn::InterleaveUpper(d, c2, c3);
      float* to = tile + row * lanes + lane;
      hn::Store(lower(low01, low23), d, to);
      hn::Store(upper(low01, low23), d, to + lanes);
      hn::Store(lower(high01, high23), d, to + 2 * lanes);
      hn::Store(upper(high01, high23), d, to + 3 * lanes);
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

/// Where a block's weights and costs go.
struct Block {
  float* X;            // rows × lanes
  float* numerator;    // the weights, rows × lanes
  float* denominator;  // the same
  V cost[2];
};

/// Sums of Size × 2 vectors: sum(i) += a(i)·b over `count` steps, a broadcast, b two vectors.
template <Index Size, typename At>
HWY_INLINE void multiply(const At& at, Index count, const float* HWY_RESTRICT b,
                         V (&sum)[Size][2]) {
  const Floats d;
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
}

/// A panel of rows: the model in registers, its weights into the block.
template <Index Size, bool with_cost, class D>
HWY_INLINE void weigh_rows(const D& divergence, const TileProblem& p, const float* A, Index row,
                           Block& block) {
  const Floats d;
  V model[Size][2];
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i) model[i][0] = model[i][1] = constant(model_floor);
  const Index stride = p.components;
  multiply<Size>([=](Index k, Index i) { return A + i * stride + k; }, p.components, p.B, model);
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i)
    for (Index half = 0; half < 2; ++half) {
      const Index at = (row + i) * lanes + half * length;
      const V x = hn::Load(d, block.X + at);
      const Weights weights = divergence.weights(x, model[i][half]);
      hn::Store(weights.numerator, d, block.numerator + at);
      if constexpr (D::has_denominator) hn::Store(weights.denominator, d, block.denominator + at);
      if constexpr (with_cost)
        block.cost[half] = hn::Add(block.cost[half], divergence.cost(x, model[i][half]));
    }
}

/// A panel of components: gradient += Aᵀ·weights over the block's rows.
template <Index Size>
HWY_INLINE void accumulate(const float* A, Index stride, Index rows, const float* weights,
                           float* gradient) {
  const Floats d;
  V sum[Size][2];
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i)
    for (Index half = 0; half < 2; ++half)
      sum[i][half] = hn::Load(d, gradient + i * lanes + half * length);
  multiply<Size>([=](Index row, Index i) { return A + row * stride + i; }, rows, weights, sum);
  NMFSEP_UNROLL
  for (Index i = 0; i < Size; ++i)
    for (Index half = 0; half < 2; ++half)
      hn::Store(sum[i][half], d, gradient + i * lanes + half * length);
}

void accumulate_block(const TileProblem& p, Share rows, const float* weights, float* gradient) {
  const Index free = p.components - p.first_free;
  const float* A = p.A + rows.first * p.components + p.first_free;
  for (Index i = 0; i < panels(free); ++i) {
    const Share share(i, panels(free), free);
    with_size(share.size(), [&](auto size) {
      accumulate<size>(A + share.first, p.components, rows.size(), weights,
                       gradient + share.first * lanes);
    });
  }
}

template <bool with_cost, class D>
void weigh_block(const D& divergence, const TileProblem& p, Share rows, Block& block) {
  const Index count = panels(rows.size());
  for (Index i = 0; i < count; ++i) {
    const Share share(i, count, rows.size());
    if (p.X == nullptr)
      prefetch(p.source, std::min(p.rows, rows.last + share.first),
               std::min(p.rows, rows.last + share.last));
    const float* A = p.A + (rows.first + share.first) * p.components;
    with_size(share.size(), [&](auto size) {
      weigh_rows<size, with_cost>(divergence, p, A, share.first, block);
    });
  }
}

// --- The update ----------------------------------------------------------------------------------

template <class D, bool with_cost>
void compute_tile(const D& divergence, const TileProblem& p) {
  const Index gradient_size = (p.components - p.first_free) * lanes;
  if (p.numerator != nullptr) std::fill_n(p.numerator, gradient_size, 0.0F);
  if (p.numerator != nullptr && D::has_denominator) std::fill_n(p.denominator, gradient_size, 0.0F);
  if (with_cost) std::fill_n(p.cost, lanes, 0.0);

  const Index blocks = (p.rows + block_rows - 1) / block_rows;
  for (Index i = 0; i < blocks; ++i) {
    const Share rows(i, blocks, p.rows);
    float* scratch = p.scratch;
    Block block{scratch,
                scratch + block_rows * lanes,
                scratch + 2 * block_rows * lanes,
                {hn::Zero(Floats()), hn::Zero(Floats())}};
    if (p.X == nullptr)
      load(p.source, rows.first, rows.size(), block.X);
    else
      block.X = const_cast<float*>(p.X) + rows.first * lanes;
    weigh_block<with_cost>(divergence, p, rows, block);
    if (p.numerator != nullptr) {
      accumulate_block(p, rows, block.numerator, p.numerator);
      if (D::has_denominator) accumulate_block(p, rows, block.denominator, p.denominator);
    }
    if (with_cost) {
      HWY_ALIGN float costs[lanes];
      hn::Store(block.cost[0], Floats(), costs);
      hn::Store(block.cost[1], Floats(), costs + length);
      for (Index lane = 0; lane < lanes; ++lane) p.cost[lane] += static_cast<double>(costs[lane]);
    }
  }
}

template <class D>
void compute_divergence(const TileProblem& problem, double beta) {
  const D divergence(beta);
  if (problem.cost != nullptr)
    compute_tile<D, true>(divergence, problem);
  else
    compute_tile<D, false>(divergence, problem);
}

void compute(const TileProblem& problem, const Divergence& divergence) {
  if (divergence.beta == 1) return compute_divergence<KullbackLeibler>(problem, 1);
  if (divergence.beta == 0) return compute_divergence<ItakuraSaito>(problem, 0);
  if (divergence.beta == 2) return compute_divergence<Euclidean>(problem, 2);
  compute_divergence<GeneralBeta>(problem, divergence.beta);
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
