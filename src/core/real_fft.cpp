// FFTW in double enters here. Its conventions and ours:
// - its planner shares state without a lock: plans are made and destroyed under a mutex;
// - plans are by estimate, since measured ones pick other codelets, and so other bits, from run to
//   run, and the arrays are always aligned alike, since the codelets depend on that too;
// - it does not scale: the inverse's 1/N is ours;
// - its inverse destroys the spectrum, so it gets a copy.
#include "nmfsep/core/real_fft.hpp"

#include <fftw3.h>
#include <fmt/format.h>

#include <mutex>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

using Eigen::Index;

std::mutex planner_mutex;

struct PlanDeleter {
  void operator()(fftw_plan plan) const {
    const std::lock_guard lock(planner_mutex);
    fftw_destroy_plan(plan);
  }
};
using FftwPlan = std::unique_ptr<std::remove_pointer_t<fftw_plan>, PlanDeleter>;

// std::complex<double> is laid out as double[2], which fftw_complex is.
fftw_complex* fftw(std::complex<double>* data) { return reinterpret_cast<fftw_complex*>(data); }

}  // namespace

std::string fft_library() { return fftw_version; }

struct RealFft::Plan {
  Index size;
  FftwPlan forward, inverse;
};

RealFft::RealFft(Index size) {
  if (size < 2 || size % 2 != 0)
    throw InvalidArgument(fmt::format("RealFft: size = {}, must be even and positive", size));
  // Vectors that Eigen allocates are aligned as FFTW's own are, to 16 bytes at least.
  Eigen::VectorXd signal(size);
  Eigen::VectorXcd spectrum(size / 2 + 1);
  const std::lock_guard lock(planner_mutex);
  const int n = static_cast<int>(size);
  plan_ = std::make_unique<const Plan>(Plan{
      size, FftwPlan(fftw_plan_dft_r2c_1d(n, signal.data(), fftw(spectrum.data()), FFTW_ESTIMATE)),
      FftwPlan(fftw_plan_dft_c2r_1d(n, fftw(spectrum.data()), signal.data(), FFTW_ESTIMATE))});
}

RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

Index RealFft::size() const { return plan_->size; }

Eigen::VectorXcd RealFft::forward(const Eigen::Ref<const Eigen::VectorXd>& signal) const {
  Eigen::VectorXd aligned = signal;
  Eigen::VectorXcd spectrum(bins());
  fftw_execute_dft_r2c(plan_->forward.get(), aligned.data(), fftw(spectrum.data()));
  return spectrum;
}

Eigen::VectorXd RealFft::inverse(const Eigen::Ref<const Eigen::VectorXcd>& spectrum) const {
  Eigen::VectorXcd scratch = spectrum;
  Eigen::VectorXd signal(size());
  fftw_execute_dft_c2r(plan_->inverse.get(), fftw(scratch.data()), signal.data());
  return signal / static_cast<double>(size());
}

}  // namespace nmfsep
