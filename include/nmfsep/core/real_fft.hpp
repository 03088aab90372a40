#pragma once

#include <Eigen/Core>

#include <complex>
#include <memory>

namespace nmfsep {

/// Discrete Fourier transform of real signals, in float or double. Immutable: one RealFft serves
/// many threads at once, and gives the same bits each time.
template <typename Real>
class RealFft {
 public:
  using Signal = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
  using Spectrum = Eigen::Matrix<std::complex<Real>, Eigen::Dynamic, 1>;

  /// Memory for one transform after the other, on one thread.
  struct Scratch {
    explicit Scratch(const RealFft& fft) : signal(fft.size()), folded(fft.size() / 2) {}
    Signal signal;    ///< size
    Spectrum folded;  ///< size / 2
  };

  /// Throws InvalidArgument unless `size` is even and positive.
  explicit RealFft(Eigen::Index size);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  Eigen::Index size() const;
  Eigen::Index bins() const { return size() / 2 + 1; }

  /// X(f) = Σ x(t) e^(−2πift/N) for f = 0 … N/2, of a signal of `size` samples.
  Spectrum forward(const Eigen::Ref<const Signal>& signal) const;

  /// The inverse of `forward`, with its factor 1/N.
  Signal inverse(const Eigen::Ref<const Spectrum>& spectrum) const;

  /// The spectrum of scratch.signal.
  void forward(Scratch& scratch, Eigen::Ref<Spectrum> spectrum) const;

  /// Fills scratch.signal with N times the inverse: the factor is left to the caller.
  void inverse(const Eigen::Ref<const Spectrum>& spectrum, Scratch& scratch) const;

 private:
  struct Plan;
  std::unique_ptr<const Plan> plan_;
};

extern template class RealFft<float>;
extern template class RealFft<double>;

}  // namespace nmfsep
