// Between matrices and tiles: columns of a matrix lie along memory, a tile's lanes side by side.
//
//     matrix, column-major               tile, rows × lanes
//     c₀ r₀ r₁ r₂ r₃ …                   r₀ c₀ c₁ c₂ c₃ …
//     c₁ r₀ r₁ r₂ r₃ …      ◀───▶        r₁ c₀ c₁ c₂ c₃ …      by transposing 4 × 4 entries,
//     c₂ r₀ r₁ r₂ r₃ …                   r₂ c₀ c₁ c₂ c₃ …      as many blocks as a vector holds
//     c₃ r₀ r₁ r₂ r₃ …                   r₃ c₀ c₁ c₂ c₃ …
//
// Rows of a matrix as lanes lie as the tile wants them. Compiled once for each target.

#if defined(NMFSEP_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef NMFSEP_LANES_INL_HPP
#undef NMFSEP_LANES_INL_HPP
#else
#define NMFSEP_LANES_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <limits>
#include <type_traits>

#include "nmf/kernel/kernel.hpp"
#include "nmf/kernel/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

/// The smallest entries that the lanes from `half` on keep; none where no lane is in use. Exact,
/// since scales are powers of two.
HWY_INLINE V limits(const LaneSource& s, Index half) {
  const Floats d;
  const V smallest = hn::Max(hn::Div(constant(s.floor), hn::Load(d, s.scales + half)),
                             constant(std::numeric_limits<float>::min()));
  const auto in_use = hn::FirstN(d, static_cast<std::size_t>(std::max(s.lanes - half, Index{0})));
  return hn::IfThenElse(in_use, smallest, constant(std::numeric_limits<float>::infinity()));
}

/// Scaled, and 0 where small. Small entries go first, by their bits: arithmetic on denormals is
/// slow.
HWY_INLINE V prepare(V value, V limit, V scale) {
  const hn::RebindToSigned<Floats> di;
  const auto small = hn::Gt(hn::BitCast(di, limit), hn::BitCast(di, value));
  const V kept = hn::IfThenZeroElse(hn::RebindMask(Floats(), small), value);
  return hn::Mul(kept, scale);
}

/// Rows whose lanes lie side by side, `stride` apart.
inline void prepare_rows(const LaneSource& s, const float* from, Index rows, float* tile) {
  const Floats d;
  for (Index half = 0; half < lanes; half += length) {
    const V limit = limits(s, half);
    const V scale = hn::Load(d, s.scales + half);
    for (Index row = 0; row < rows; ++row)
      hn::Store(prepare(hn::LoadU(d, from + row * s.stride + half), limit, scale), d,
                tile + row * lanes + half);
  }
}

/// One row of columns, or of fewer lanes than the tile has, entry by entry.
inline void load_entries(const LaneSource& s, Index row, float* out) {
  for (Index lane = 0; lane < lanes; ++lane) {
    const Index at = s.lanes_are_columns ? lane * s.stride + row : row * s.stride + lane;
    out[lane] = lane < s.lanes ? s.first[at] : 0;
  }
  prepare_rows(s, out, 1, out);
}

#if HWY_TARGET == HWY_SCALAR
inline Index load_whole(const LaneSource&, Index, Index, float*) { return 0; }
inline Index store_whole(const float*, Index, const LaneTarget&) { return 0; }
#else
/// Four entries from `row` on of every fourth column, from the first on: one column a 128-bit
/// block.
template <class D>
HWY_INLINE hn::Vec<D> load_blocks(D d, const float* const* columns, Index row) {
  constexpr Index size = hn::MaxLanes(D());
  if constexpr (size == 4) {
    return hn::LoadU(d, *columns + row);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, load_blocks(half, columns + size / 2, row),
                       load_blocks(half, columns, row));
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

/// Four rows at a time, or a cache line's sixteen where there are registers for them: columns some
/// 4096 bytes apart share a set of the first-level cache, which does not hold 16 lines until their
/// next turn. The number of rows that are done.
inline Index load_whole(const LaneSource& s, Index first_row, Index rows, float* tile) {
  const Floats d;
  for (Index half = 0; half < lanes; half += length) {
    const float* columns[length];
    for (Index lane = 0; lane < length; ++lane)
      columns[lane] = s.first + std::min(half + lane, s.lanes - 1) * s.stride + first_row;
    const V scales = hn::Load(d, s.scales + half);
    const V scale[4] = {hn::Broadcast<0>(scales), hn::Broadcast<1>(scales),
                        hn::Broadcast<2>(scales), hn::Broadcast<3>(scales)};
    const V smallest = limits(s, half);
    const V limit[4] = {hn::Broadcast<0>(smallest), hn::Broadcast<1>(smallest),
                        hn::Broadcast<2>(smallest), hn::Broadcast<3>(smallest)};
    const auto load_fours = [&](Index row, auto fours) HWY_ATTR {
      constexpr Index count = decltype(fours)::value;
      V v[count][4];
      NMFSEP_UNROLL
      for (Index i = 0; i < 4; ++i) {
        NMFSEP_UNROLL
        for (Index four = 0; four < count; ++four)
          v[four][i] = prepare(load_blocks(d, columns + i, row + 4 * four), limit[i], scale[i]);
      }
      NMFSEP_UNROLL
      for (Index four = 0; four < count; ++four) {
        transpose_blocks(v[four]);
        for (Index i = 0; i < 4; ++i)
          hn::Store(v[four][i], d, tile + (row + 4 * four + i) * lanes + half);
      }
    };
    Index row = 0;
    if constexpr (length == 16)
      for (; row + 16 <= rows; row += 16) load_fours(row, std::integral_constant<Index, 4>());
    for (; row + 4 <= rows; row += 4) load_fours(row, std::integral_constant<Index, 1>());
  }
  return rows - rows % 4;
}

/// The way back.
inline Index store_whole(const float* tile, Index rows, const LaneTarget& target) {
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

inline void load_columns(const LaneSource& s, Index first_row, Index rows, float* tile) {
  for (Index row = load_whole(s, first_row, rows, tile); row < rows; ++row)
    load_entries(s, first_row + row, tile + row * lanes);
}

inline void load_rows(const LaneSource& s, Index first_row, Index rows, float* tile) {
  if (s.lanes == lanes) return prepare_rows(s, s.first + first_row * s.stride, rows, tile);
  for (Index row = 0; row < rows; ++row) load_entries(s, first_row + row, tile + row * lanes);
}

inline void load(const LaneSource& source, Index first_row, Index rows, float* tile) {
  (source.lanes_are_columns ? load_columns : load_rows)(source, first_row, rows, tile);
  if (source.least == 0) return;
  const Floats d;
  for (Index i = 0; i < rows * lanes; i += length)
    hn::Store(hn::Max(hn::Load(d, tile + i), constant(source.least)), d, tile + i);
}

inline void store(const float* tile, Index rows, const LaneTarget& target) {
  for (Index row = store_whole(tile, rows, target); row < rows; ++row)
    for (Index lane = 0; lane < target.lanes; ++lane)
      target.first[lane * target.stride + row] = tile[row * lanes + lane];
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NMFSEP_LANES_INL_HPP
