// RealFft by our own complex transform of half the size: NMFSEP_FFT=own.
#include <fmt/format.h>

#include "core/radix_steps.hpp"
#include "nmfsep/core/complex_fft.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/real_fft.hpp"

namespace nmfsep {
namespace {

using Eigen::Index;

Index checked(Index size) {
  if (size < 2 || size % 2 != 0)
    throw InvalidArgument(fmt::format("RealFft: size = {}, must be even and positive", size));
  return size;
}

}  // namespace

std::string fft_library() { return "transforms of nmfsep's own"; }

struct RealFft::Plan {
  Index size;
  ComplexFft<double> half;
  Eigen::VectorXcd turns;  ///< −i e^(−2πif/N) / 2 for f = 0 … N/2

  explicit Plan(Index n) : size(n), half(static_cast<std::size_t>(n / 2)), turns(n / 2 + 1) {
    for (Index f = 0; f <= n / 2; ++f)
      turns(f) = std::complex<double>(0, -0.5) *
                 on_circle(static_cast<double>(f) / static_cast<double>(n));
  }
};

RealFft::RealFft(Index size) : plan_(std::make_unique<const Plan>(checked(size))) {}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

Index RealFft::size() const { return plan_->size; }

// With Z the transform of x(2t) + i x(2t + 1), of n = N/2 numbers: X(f) = (Z(f) + Z*(n − f)) / 2 −
// i e^(−2πif/N) (Z(f) − Z*(n − f)) / 2.
Eigen::VectorXcd RealFft::forward(const Eigen::Ref<const Eigen::VectorXd>& signal) const {
  const Index n = plan_->size / 2;
  Eigen::VectorXcd Z(n);
  for (Index t = 0; t < n; ++t) Z(t) = {signal(2 * t), signal(2 * t + 1)};
  plan_->half.forward(Z.data());
  Eigen::VectorXcd X(n + 1);
  for (Index f = 0; f <= n; ++f) {
    const std::complex<double> a = Z(f % n);
    const std::complex<double> b = std::conj(Z((n - f) % n));
    X(f) = 0.5 * (a + b) + plan_->turns(f) * (a - b);
  }
  X(0).imag(0);
  X(n).imag(0);
  return X;
}

// The same turned round: 2 Z(f) = X(f) + X*(n − f) + i e^(2πif/N) (X(f) − X*(n − f)). As FFTW, it
// takes no account of imaginary parts at both ends.
Eigen::VectorXd RealFft::inverse(const Eigen::Ref<const Eigen::VectorXcd>& spectrum) const {
  const Index n = plan_->size / 2;
  const auto at = [&](Index f) {
    return f == 0 || f == n ? std::complex<double>(spectrum(f).real()) : spectrum(f);
  };
  Eigen::VectorXcd Z(n);
  for (Index f = 0; f < n; ++f) {
    const std::complex<double> a = at(f);
    const std::complex<double> b = std::conj(at(n - f));
    Z(f) = 0.5 * (a + b) + std::conj(plan_->turns(f)) * (a - b);
  }
  plan_->half.inverse(Z.data());
  Eigen::VectorXd signal(2 * n);
  for (Index t = 0; t < n; ++t) {
    signal(2 * t) = Z(t).real() / static_cast<double>(n);
    signal(2 * t + 1) = Z(t).imag() / static_cast<double>(n);
  }
  return signal;
}

}  // namespace nmfsep
