#include "nmfsep/core/complex_fft.hpp"

#include <fmt/format.h>

#include <bit>
#include <optional>
#include <vector>

#include "core/radix_steps.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {

namespace {

using Doubles = std::vector<std::complex<double>>;

/// The transform of any n as a convolution: with the chirp c(t) = e^(−πit²/n), X = c · ((x · c) ∗
/// c*).
class Chirp {
 public:
  explicit Chirp(std::size_t size)
      : power_(std::bit_ceil(2 * size - 1)), chirp_(size), spectrum_(power_.size) {
    for (std::size_t t = 0; t < size; ++t)
      chirp_[t] =
          on_circle(static_cast<double>(t * t % (2 * size)) / static_cast<double>(2 * size));
    for (std::size_t t = 0; t < size; ++t)
      spectrum_[t] = spectrum_[(power_.size - t) % power_.size] = std::conj(chirp_[t]);
    power_.transform(spectrum_.data(), false);
    for (auto& value : spectrum_) value /= static_cast<double>(power_.size);
  }

  template <typename Real>
  void transform(std::complex<Real>* values, bool swapped) const {
    const auto turned = [swapped](std::complex<double> value) {
      return swapped ? std::complex<double>(value.imag(), value.real()) : value;
    };
    Doubles work(power_.size);
    for (std::size_t t = 0; t < chirp_.size(); ++t)
      work[t] = turned(std::complex<double>(values[t])) * chirp_[t];
    power_.transform(work.data(), false);
    for (std::size_t f = 0; f < work.size(); ++f) work[f] *= spectrum_[f];
    power_.transform(work.data(), true);
    for (std::size_t f = 0; f < chirp_.size(); ++f)
      values[f] = std::complex<Real>(turned(work[f] * chirp_[f]));
  }

 private:
  RadixSteps<double> power_;
  Doubles chirp_;
  Doubles spectrum_;  ///< of the conjugate chirp, over the size
};

}  // namespace

template <typename Real>
struct ComplexFft<Real>::Plan {
  std::size_t size;
  std::optional<RadixSteps<Real>> steps;  ///< of a power of two
  std::optional<Chirp> chirp;             ///< of another number

  explicit Plan(std::size_t n) : size(n) {
    if (std::has_single_bit(n))
      steps.emplace(n);
    else
      chirp.emplace(n);
  }

  void transform(std::complex<Real>* values, bool swapped) const {
    if (steps)
      steps->transform(values, swapped);
    else
      chirp->transform(values, swapped);
  }
};

template <typename Real>
ComplexFft<Real>::ComplexFft(std::size_t size) {
  if (size == 0) throw InvalidArgument("ComplexFft: size = 0, must be positive");
  plan_ = std::make_unique<const Plan>(size);
}

template <typename Real>
ComplexFft<Real>::~ComplexFft() = default;
template <typename Real>
ComplexFft<Real>::ComplexFft(ComplexFft&&) noexcept = default;
template <typename Real>
ComplexFft<Real>& ComplexFft<Real>::operator=(ComplexFft&&) noexcept = default;

template <typename Real>
std::size_t ComplexFft<Real>::size() const {
  return plan_->size;
}

template <typename Real>
void ComplexFft<Real>::forward(std::complex<Real>* values) const {
  plan_->transform(values, false);
}

// With real and imaginary parts changed for each other before and after, it is the inverse.
template <typename Real>
void ComplexFft<Real>::inverse(std::complex<Real>* values) const {
  plan_->transform(values, true);
}

template class ComplexFft<float>;
template class ComplexFft<double>;

}  // namespace nmfsep
