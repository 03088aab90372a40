#include "nmfsep/render/pooled_columns.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

PooledColumns::PooledColumns(Index most) : most_(most) {
  if (most < 2) throw InvalidArgument(fmt::format("{} columns, must be 2 at least", most));
}

void PooledColumns::push(const MatrixView& columns) {
  if (columns_.size() == 0) columns_.resize(columns.rows(), most_);
  if (columns.rows() != columns_.rows())
    throw InvalidArgument(
        fmt::format("columns of {} rows after those of {}", columns.rows(), columns_.rows()));
  for (Index c = 0; c < columns.cols(); ++c) {
    if (count_ % pooled_ == 0) {
      if (kept_ == most_) halve();
      if (count_ % pooled_ == 0) columns_.col(kept_++) = columns.col(c);
    }
    columns_.col(kept_ - 1) = columns_.col(kept_ - 1).cwiseMax(columns.col(c));
    ++count_;
  }
}

void PooledColumns::halve() {
  const Index half = (kept_ + 1) / 2;
  for (Index c = 0; c < half; ++c) {
    const Index second = std::min(2 * c + 1, kept_ - 1);
    columns_.col(c) = columns_.col(2 * c).cwiseMax(columns_.col(second)).eval();
  }
  kept_ = half;
  pooled_ *= 2;
}

Matrix PooledColumns::columns() const { return columns_.leftCols(kept_); }

}  // namespace nmfsep
