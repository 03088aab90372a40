#pragma once

#include <nanobind/ndarray.h>

#include <utility>

#include "nmfsep/core/types.hpp"

namespace nmfsep::python {

namespace nb = nanobind;

/// Rows that lie one behind the other: NumPy's usual order. A column-major matrix of the library is
/// such an array with its axes exchanged, so that neither side copies: bins × frames here is
/// frames × bins there, samples × channels is channels × samples.
using FloatRows = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Rows = nb::ndarray<nb::numpy, float, nb::ndim<2>>;

/// The array's own memory as the library sees it: its rows are columns.
inline Eigen::Map<const Matrix> columns_of(const FloatRows& rows) {
  return {rows.data(), static_cast<Index>(rows.shape(1)), static_cast<Index>(rows.shape(0))};
}

/// The matrix's own memory as NumPy sees it: its columns are rows. The array keeps it alive.
inline nb::object rows_of(Matrix matrix) {
  auto* kept = new Matrix(std::move(matrix));
  const nb::capsule owner(kept,
                          [](void* pointer) noexcept { delete static_cast<Matrix*>(pointer); });
  return nb::cast(Rows(
      kept->data(),
      {static_cast<std::size_t>(kept->cols()), static_cast<std::size_t>(kept->rows())}, owner));
}

}  // namespace nmfsep::python
