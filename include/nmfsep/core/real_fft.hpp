#pragma once

#include <Eigen/Core>

#include <memory>
#include <string>

namespace nmfsep {

/// What transforms: "fftw-3.3.10-…", or that they are our own.
std::string fft_library();

/// Discrete Fourier transform of real signals in double. Immutable: one RealFft serves many
/// threads at once, and gives the same bits each time.
class RealFft {
 public:
  /// Throws InvalidArgument unless `size` is even and positive.
  explicit RealFft(Eigen::Index size);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  Eigen::Index size() const;
  Eigen::Index bins() const { return size() / 2 + 1; }

  /// X(f) = Σ x(t) e^(−2πift/N) for f = 0 … N/2, of a signal of `size` samples.
  Eigen::VectorXcd forward(const Eigen::Ref<const Eigen::VectorXd>& signal) const;

  /// The inverse of `forward`, with its factor 1/N.
  Eigen::VectorXd inverse(const Eigen::Ref<const Eigen::VectorXcd>& spectrum) const;

 private:
  struct Plan;
  std::unique_ptr<const Plan> plan_;
};

}  // namespace nmfsep
