#include "nmfsep/core/random.hpp"

namespace nmfsep {

std::uint64_t Random::below(std::uint64_t bound) {
  // Numbers below 2⁶⁴ mod bound would come once more often than the others: draw again.
  const std::uint64_t biased = (0 - bound) % bound;
  std::uint64_t drawn = engine_();
  while (drawn < biased) drawn = engine_();
  return drawn % bound;
}

}  // namespace nmfsep
