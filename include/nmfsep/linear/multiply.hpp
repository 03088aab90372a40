#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// A matrix as a product reads it: as it lies in memory, or turned over. It refers to the values.
struct Operand {
  const float* data = nullptr;
  Index rows = 0;     ///< of the operand, once it is turned
  Index columns = 0;  ///< the same
  Index stride = 0;   ///< floats from a column in memory to the next
  bool turned = false;
};

Operand as_it_lies(const MatrixView& matrix);
Operand transposed(const MatrixView& matrix);

/// A·B on all cores, in the vectors that the machine has. An entry's sum runs in one order
/// whatever the threads, so the bits depend on the instruction set alone. Throws InvalidArgument
/// where A's columns are not B's rows.
Matrix multiply(const Operand& A, const Operand& B);

/// C ← A·B, or C + A·B where `add` says so.
void multiply(const Operand& A, const Operand& B, Eigen::Ref<Matrix> C, bool add);

}  // namespace nmfsep
