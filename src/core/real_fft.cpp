// FFTW enters here, as two libraries, of floats and of doubles. Its conventions and ours:
// - its planner shares state without a lock: plans are made and destroyed under a mutex, and
//   executed, which is safe, on scratch of the calling thread;
// - plans are by estimate, since measured ones pick other codelets, and so other bits, from run to
//   run; and the arrays are always aligned alike, since the codelets depend on that too;
// - it does not scale: the inverse's 1/N is ours;
// - its transforms of real signals are slow beside its complex ones: these do the work, and Folding
//   the rest.
#include "nmfsep/core/real_fft.hpp"

#include <fftw3.h>
#include <fmt/format.h>

#include <mutex>
#include <type_traits>

#include "core/folding.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

using Eigen::Index;

template <typename Real>
struct Fftw;

template <>
struct Fftw<float> {
  using Plan = fftwf_plan;
  using Complex = fftwf_complex;
  static constexpr auto* plan = fftwf_plan_dft_1d;
  static constexpr auto* execute = fftwf_execute_dft;
  static constexpr auto* destroy = fftwf_destroy_plan;
};

template <>
struct Fftw<double> {
  using Plan = fftw_plan;
  using Complex = fftw_complex;
  static constexpr auto* plan = fftw_plan_dft_1d;
  static constexpr auto* execute = fftw_execute_dft;
  static constexpr auto* destroy = fftw_destroy_plan;
};

std::mutex planner_mutex;

/// A transform of so many complex numbers from one array to another.
template <typename Real>
class ComplexFft {
 public:
  using Spectrum = typename RealFft<Real>::Spectrum;
  using Complex = typename Fftw<Real>::Complex;

  /// `sign` is that of the exponent.
  ComplexFft(Index size, int sign) {
    // Vectors that Eigen allocates are aligned as FFTW's own are, to 16 bytes at least.
    Spectrum from(size), to(size);
    const std::lock_guard lock(planner_mutex);
    plan_.reset(Fftw<Real>::plan(static_cast<int>(size), fftw(from.data()), fftw(to.data()), sign,
                                 FFTW_ESTIMATE));
  }

  /// The arrays are the beginnings of vectors that Eigen allocated.
  void execute(std::complex<Real>* from, std::complex<Real>* to) const {
    Fftw<Real>::execute(plan_.get(), fftw(from), fftw(to));
  }

 private:
  // C++ guarantees that std::complex<Real> is laid out as Real[2], which FFTW's numbers are.
  static Complex* fftw(std::complex<Real>* data) { return reinterpret_cast<Complex*>(data); }

  struct Deleter {
    void operator()(typename Fftw<Real>::Plan plan) const {
      const std::lock_guard lock(planner_mutex);
      Fftw<Real>::destroy(plan);
    }
  };
  std::unique_ptr<std::remove_pointer_t<typename Fftw<Real>::Plan>, Deleter> plan_;
};

/// Pairs of samples as complex numbers.
template <typename Real>
std::complex<Real>* pairs(Eigen::Matrix<Real, Eigen::Dynamic, 1>& signal) {
  return reinterpret_cast<std::complex<Real>*>(signal.data());
}

}  // namespace

template <typename Real>
struct RealFft<Real>::Plan {
  explicit Plan(Index samples)
      : size(samples),
        folding(size),
        forward(size / 2, FFTW_FORWARD),
        inverse(size / 2, FFTW_BACKWARD) {}

  Index size;
  Folding<Real> folding;
  ComplexFft<Real> forward, inverse;
};

template <typename Real>
RealFft<Real>::RealFft(Index size) {
  if (size < 2 || size % 2 != 0)
    throw InvalidArgument(fmt::format("RealFft: size = {}, must be even and positive", size));
  plan_ = std::make_unique<const Plan>(size);
}

template <typename Real>
RealFft<Real>::~RealFft() = default;
template <typename Real>
RealFft<Real>::RealFft(RealFft&&) noexcept = default;
template <typename Real>
RealFft<Real>& RealFft<Real>::operator=(RealFft&&) noexcept = default;

template <typename Real>
Index RealFft<Real>::size() const {
  return plan_->size;
}

template <typename Real>
auto RealFft<Real>::forward(const Eigen::Ref<const Signal>& signal) const -> Spectrum {
  Scratch scratch(*this);
  scratch.signal = signal;
  Spectrum spectrum(bins());
  forward(scratch, spectrum);
  return spectrum;
}

template <typename Real>
auto RealFft<Real>::inverse(const Eigen::Ref<const Spectrum>& spectrum) const -> Signal {
  Scratch scratch(*this);
  inverse(spectrum, scratch);
  return scratch.signal / static_cast<Real>(size());
}

template <typename Real>
void RealFft<Real>::forward(Scratch& scratch, Eigen::Ref<Spectrum> spectrum) const {
  plan_->forward.execute(pairs(scratch.signal), scratch.folded.data());
  plan_->folding.unfold(scratch.folded, spectrum);
}

template <typename Real>
void RealFft<Real>::inverse(const Eigen::Ref<const Spectrum>& spectrum, Scratch& scratch) const {
  plan_->folding.fold(spectrum, scratch.folded);
  plan_->inverse.execute(scratch.folded.data(), pairs(scratch.signal));
}

template class RealFft<float>;
template class RealFft<double>;

}  // namespace nmfsep
