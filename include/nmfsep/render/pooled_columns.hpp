#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Columns of what is drawn, however many come: no more are kept than a picture can show, each the
/// maximum of as many neighbours as it takes. Memory does not grow with a recording's length.
class PooledColumns {
 public:
  /// Keeps half of `most` to `most` columns once so many have come. Throws InvalidArgument unless
  /// `most` is at least 2.
  explicit PooledColumns(Index most = 4096);

  /// Appends columns, all of one height. Throws InvalidArgument for another.
  void push(const MatrixView& columns);

  /// What is kept, rows × columns; the last may stand for fewer than the others.
  Matrix columns() const;
  /// Neighbours that a column stands for, a power of two.
  Index pooled() const { return pooled_; }
  /// Columns that have come.
  Index count() const { return count_; }

 private:
  void halve();

  Index most_;
  Index pooled_ = 1;
  Index count_ = 0;
  Index kept_ = 0;
  Matrix columns_;
};

}  // namespace nmfsep
