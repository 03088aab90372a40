#include "scoring/sum_of_others.hpp"

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/scoring/track_signals.hpp"

namespace nmfsep {
namespace {

constexpr double largest_difference = 1e-4;  ///< of its energy
constexpr Index block_samples = 1 << 16;

bool differ_little(FileSignal& signal, FileSignal& sum) {
  double energy = 0;
  double difference = 0;
  for (Index first = 0; first < signal.samples(); first += block_samples) {
    const Index count = std::min(block_samples, signal.samples() - first);
    const Signal block = signal.next(count);
    energy += block.squaredNorm();
    difference += (block - sum.next(count)).squaredNorm();
  }
  return energy > 0 && difference <= largest_difference * energy;
}

}  // namespace

bool is_sum_of(const std::filesystem::path& file,
               const std::vector<std::filesystem::path>& others) {
  try {
    FileSignal signal({file});
    FileSignal sum(others);
    return signal.sample_rate() == sum.sample_rate() && signal.channels() == sum.channels() &&
           signal.samples() == sum.samples() && differ_little(signal, sum);
  } catch (const FileError&) {
    return false;
  }
}

}  // namespace nmfsep
