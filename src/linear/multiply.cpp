// Google Highway enters here: one source, compiled for each instruction set, chosen at run time.
//
// The classical blocked product (Goto & van de Geijn, 2008, ACM TOMS 34(3)): a block of C takes its
// sums from a block of A and one of B, both packed in the order in which they are read. Two vectors
// of rows times a few columns of C stay in registers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linear/multiply.cpp"
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)  // sizeless vectors
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "linear/multiply_block.hpp"

// The loop over registers is unrolled whatever the compiler thinks.
#if defined(__clang__)
#define NMFSEP_UNROLL _Pragma("clang loop unroll(full)")
#else
#define NMFSEP_UNROLL _Pragma("GCC unroll 16")
#endif

HWY_BEFORE_NAMESPACE();
namespace nmfsep::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr Index tile_columns = 12;  // 24 of 32 registers hold sums
#else
constexpr Index tile_columns = 6;  // 12 of 16
#endif
constexpr Index length = HWY_LANES(float);
constexpr Index tile_rows = 2 * length;

/// `along` × `across` entries, entry (i, j) at data[i·step + j·stride].
struct Entries {
  const float* data;
  Index step, stride;
};

/// Panels of `width` entries across (zeros beyond the last), each one line after the other. Whole
/// panels are copied by a number of entries that the compiler knows.
template <Index width>
void pack(const Entries& from, Index along, Index across, float* to) {
  for (Index first = 0; first < across; first += width) {
    const Index inside = std::min(width, across - first);
    const float* line = from.data + first * from.stride;
    for (Index i = 0; i < along; ++i, to += width, line += from.step) {
      if (inside < width) {
        for (Index j = 0; j < width; ++j) to[j] = j < inside ? line[j * from.stride] : 0.0F;
      } else if (from.stride == 1) {
        std::memcpy(to, line, width * sizeof(float));
      } else {
        for (Index j = 0; j < width; ++j) to[j] = line[j * from.stride];
      }
    }
  }
}

/// Where a tile goes: entry (i, j) at data[i + j·stride].
struct Place {
  float* data;
  Index stride;
};

/// Lines of tile_rows entries of A, `step` floats apart.
struct Lines {
  const float* data;
  Index step;
};

/// tile (tile_rows × tile_columns) ← Σ over `depth` of a's line times b's, or tile + Σ.
HWY_INLINE void multiply_tile(Lines a, const float* b, Index depth, bool add, Place tile) {
  const hn::ScalableTag<float> d;
  hn::Vec<decltype(d)> low[tile_columns], high[tile_columns];
  for (Index j = 0; j < tile_columns; ++j) low[j] = high[j] = hn::Zero(d);
  for (Index k = 0; k < depth; ++k, a.data += a.step, b += tile_columns) {
    const auto first = hn::LoadU(d, a.data);
    const auto second = hn::LoadU(d, a.data + length);
    NMFSEP_UNROLL
    for (Index j = 0; j < tile_columns; ++j) {
      const auto entry = hn::Set(d, b[j]);
      low[j] = hn::MulAdd(first, entry, low[j]);
      high[j] = hn::MulAdd(second, entry, high[j]);
    }
  }
  for (Index j = 0; j < tile_columns; ++j) {
    float* column = tile.data + j * tile.stride;
    hn::StoreU(add ? hn::Add(hn::LoadU(d, column), low[j]) : low[j], d, column);
    hn::StoreU(add ? hn::Add(hn::LoadU(d, column + length), high[j]) : high[j], d, column + length);
  }
}

/// The part of a tile that lies in C goes there.
void add_tile(const float* tile, bool add, Eigen::Ref<Matrix> C) {
  for (Index j = 0; j < C.cols(); ++j)
    for (Index i = 0; i < C.rows(); ++i)
      C(i, j) = add ? C(i, j) + tile[j * tile_rows + i] : tile[j * tile_rows + i];
}

void multiply_block(const ProductBlock& block, float* a, float* b, Eigen::Ref<Matrix> C) {
  alignas(64) float tile[tile_rows * tile_columns];
  // What is read only once, and lies so that it can be, is not packed.
  const bool lies = block.A.row_step == 1 && C.cols() <= tile_columns;
  const Index packed_from = lies ? C.rows() / tile_rows * tile_rows : 0;
  for (Index first = 0; first < block.depth; first += block_depth) {
    const Index depth = std::min(block_depth, block.depth - first);
    const bool add = block.add || first > 0;
    const ProductBlock::Side& B = block.B;
    ProductBlock::Side A = block.A;
    A.data += first * A.column_step;
    pack<tile_rows>({A.data + packed_from * A.row_step, A.column_step, A.row_step}, depth,
                    C.rows() - packed_from, a + packed_from * depth);
    pack<tile_columns>({B.data + first * B.row_step, B.row_step, B.column_step}, depth, C.cols(),
                       b);
    for (Index column = 0; column < C.cols(); column += tile_columns)
      for (Index row = 0; row < C.rows(); row += tile_rows) {
        const Index rows = std::min(tile_rows, C.rows() - row);
        const Index columns = std::min(tile_columns, C.cols() - column);
        const Lines lines = row < packed_from ? Lines{A.data + row, A.column_step}
                                              : Lines{a + row * depth, tile_rows};
        if (rows == tile_rows && columns == tile_columns) {
          multiply_tile(lines, b + column * depth, depth, add, {&C(row, column), C.outerStride()});
        } else {
          multiply_tile(lines, b + column * depth, depth, false, {tile, tile_rows});
          add_tile(tile, add, C.block(row, column, rows, columns));
        }
      }
  }
}

}  // namespace nmfsep::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <fmt/format.h>
#include <hwy/aligned_allocator.h>
#include <tbb/parallel_for.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/multiply.hpp"

namespace nmfsep {

HWY_EXPORT(multiply_block);

namespace {

/// Both packed blocks of one thread, on cache lines.
struct Packed {
  static constexpr Index room = 64;  // beyond the last whole tile, whatever its size
  hwy::AlignedFreeUniquePtr<float[]> a =
      hwy::AllocateAligned<float>(static_cast<std::size_t>((block_rows + room) * block_depth));
  hwy::AlignedFreeUniquePtr<float[]> b =
      hwy::AllocateAligned<float>(static_cast<std::size_t>((block_columns + room) * block_depth));
};

ProductBlock::Side side(const Operand& operand) {
  return operand.turned ? ProductBlock::Side{operand.data, operand.stride, 1}
                        : ProductBlock::Side{operand.data, 1, operand.stride};
}

}  // namespace

Operand as_it_lies(const MatrixView& matrix) {
  return {matrix.data(), matrix.rows(), matrix.cols(), matrix.outerStride(), false};
}

Operand transposed(const MatrixView& matrix) {
  return {matrix.data(), matrix.cols(), matrix.rows(), matrix.outerStride(), true};
}

Matrix multiply(const Operand& A, const Operand& B) {
  Matrix C(A.rows, B.columns);
  multiply(A, B, C, false);
  return C;
}

void multiply(const Operand& A, const Operand& B, Eigen::Ref<Matrix> C, bool add) {
  if (A.columns != B.rows || C.rows() != A.rows || C.cols() != B.columns)
    throw InvalidArgument(fmt::format("a product of {} × {} and {} × {} into {} × {}", A.rows,
                                      A.columns, B.rows, B.columns, C.rows(), C.cols()));
  const Index down = (C.rows() + block_rows - 1) / block_rows;
  const Index across = (C.cols() + block_columns - 1) / block_columns;
  tbb::parallel_for(Index{0}, down * across, [&](Index i) {
    const Index row = i % down * block_rows;
    const Index column = i / down * block_columns;
    ProductBlock block{side(A), side(B), A.columns, add};
    block.A.data += row * block.A.row_step;
    block.B.data += column * block.B.column_step;
    thread_local const Packed space;  // small products would spend their time on getting it
    HWY_DYNAMIC_DISPATCH(multiply_block)
    (block, space.a.get(), space.b.get(),
     C.block(row, column, std::min(block_rows, C.rows() - row),
             std::min(block_columns, C.cols() - column)));
  });
}

}  // namespace nmfsep
#endif
