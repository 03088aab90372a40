#pragma once

#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Examples by their numbers, so many at a time, in an order that is drawn anew whenever all have
/// come once. The seed alone decides.
class Batches {
 public:
  /// At least one example; a batch has at most all of them.
  Batches(Index examples, Index size, std::uint64_t seed);

  /// The next batch.
  const std::vector<Index>& next();

 private:
  Random random_;
  std::vector<Index> order_;
  std::vector<Index> batch_;
  std::size_t place_;
};

}  // namespace nmfsep
