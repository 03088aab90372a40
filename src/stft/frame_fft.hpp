#pragma once

#include <memory>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Discrete Fourier transforms of frames of N real samples, N even, to N/2 + 1 bins. Immutable: one
/// FrameFft serves many threads at once, and gives the same bits each time.
class FrameFft {
 public:
  /// Memory for one transform after the other, on one thread.
  struct Scratch {
    explicit Scratch(Index size) : frame(size), folded(size / 2) {}
    Vector frame;             ///< N samples
    Eigen::VectorXcf folded;  ///< N/2
  };

  explicit FrameFft(Index size);
  ~FrameFft();

  /// X(f) = Σ x(n) e^(−2πifn/N) of x = scratch.frame.
  void forward(Scratch& scratch, Eigen::Ref<Eigen::VectorXcf> spectrum) const;

  /// Fills scratch.frame with N times the inverse: the factor is left to the caller.
  void inverse(const Eigen::Ref<const Eigen::VectorXcf>& spectrum, Scratch& scratch) const;

 private:
  struct Plan;
  std::unique_ptr<const Plan> plan_;
};

}  // namespace nmfsep
