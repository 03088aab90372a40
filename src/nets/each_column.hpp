#pragma once

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Calls work(t) for every column t of `matrix`, on all cores, some thousands of numbers at a time.
template <typename Work>
void for_each_column(const Matrix& matrix, const Work& work) {
  const Index grain = std::max<Index>(1, 8192 / std::max<Index>(1, matrix.rows()));
  tbb::parallel_for(tbb::blocked_range<Index>(0, matrix.cols(), static_cast<std::size_t>(grain)),
                    [&](const tbb::blocked_range<Index>& range) {
                      for (Index t = range.begin(); t < range.end(); ++t) work(t);
                    });
}

}  // namespace nmfsep
