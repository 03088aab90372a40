#pragma once

#include <span>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// How scores of several frames or tracks become one. Undefined ones are left out; of none but
/// undefined ones the summary is undefined.
enum class Statistic {
  median,  ///< mean of the two in the middle where they are even in number
  mean,
};

Score summarise(std::span<const Score> scores, Statistic statistic);

}  // namespace nmfsep
