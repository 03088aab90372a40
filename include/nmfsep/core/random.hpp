#pragma once

#include <cstdint>
#include <random>

namespace nmfsep {

/// Random numbers that are the same to the bit on every platform and standard library: only the
/// engine comes from <random>, since the standard leaves its distributions to the vendor.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in (0, 1), a multiple of 2⁻²⁴ shifted by half a step, so never 0 and never 1.
  float uniform() { return (static_cast<float>(engine_() >> 41U) + 0.5F) * 0x1p-23F; }

  /// Uniform in [0, bound), without modulo bias. `bound` must be at least 1.
  std::uint64_t below(std::uint64_t bound);

 private:
  std::mt19937_64 engine_;
};

}  // namespace nmfsep
