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

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <limits>

#include "nmf/kernel.hpp"
#include "nmf/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

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
inline void load_entries(const LaneSource& s, Index row, float* out) {
  for (Index lane = 0; lane < lanes; ++lane) {
    const Index at = s.lanes_are_columns ? lane * s.stride + row : row * s.stride + lane;
    const bool normal = lane < s.lanes && s.first[at] >= std::numeric_limits<float>::min();
    const float value = normal ? s.first[at] * s.scales[lane] : 0;
    out[lane] = value < s.floor ? s.least : value;
  }
}

#if HWY_TARGET == HWY_SCALAR
inline Index load_whole(const LaneSource&, Index, Index, float*) { return 0; }
inline Index store_whole(const float*, Index, const LaneTarget&) { return 0; }
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
inline Index load_whole(const LaneSource& s, Index first_row, Index rows, float* tile) {
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

inline void load(const LaneSource& source, Index first_row, Index rows, float* tile) {
  (source.lanes_are_columns ? load_columns : load_rows)(source, first_row, rows, tile);
}

inline void store(const float* tile, Index rows, const LaneTarget& target) {
  for (Index row = store_whole(tile, rows, target); row < rows; ++row)
    for (Index lane = 0; lane < target.lanes; ++lane)
      target.first[lane * target.stride + row] = tile[row * lanes + lane];
}

/// Asks for rows that the next block will load, while this one computes.
inline void prefetch(const LaneSource& s, Index first_row, Index last_row) {
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

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NMFSEP_LANES_INL_HPP
