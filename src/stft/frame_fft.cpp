// FFTW in float enters here. Its conventions and ours:
// - its planner shares state without a lock: plans are made and destroyed under a mutex, and
//   executed, which is safe, on scratch of the calling thread;
// - plans are by estimate, since measured ones pick other codelets, and so other bits, from run to
//   run; and the scratch is always aligned alike, since the codelets depend on that too;
// - it does not scale: the inverse's 1/N is left to the caller;
// - its transforms of real signals are slow beside its complex ones: these do the work, and Folding
//   the rest.
#include "stft/frame_fft.hpp"

#include <fftw3.h>

#include <mutex>

#include "stft/folding.hpp"

namespace nmfsep {
namespace {

std::mutex planner_mutex;

struct PlanDeleter {
  void operator()(fftwf_plan plan) const {
    const std::lock_guard lock(planner_mutex);
    fftwf_destroy_plan(plan);
  }
};
using FftwPlan = std::unique_ptr<std::remove_pointer_t<fftwf_plan>, PlanDeleter>;

/// A frame of samples, or as many complex numbers as half of them, as FFTW sees both. C++
/// guarantees that std::complex<float> is laid out as float[2], which fftwf_complex is.
fftwf_complex* numbers(Vector& frame) { return reinterpret_cast<fftwf_complex*>(frame.data()); }
fftwf_complex* numbers(Eigen::VectorXcf& folded) {
  return reinterpret_cast<fftwf_complex*>(folded.data());
}

}  // namespace

struct FrameFft::Plan {
  explicit Plan(Index size) : folding(size) {
    const auto half = static_cast<int>(size / 2);
    // What Eigen allocates is aligned as FFTW's own memory is, to 16 bytes at least.
    Scratch scratch(size);
    const std::lock_guard lock(planner_mutex);
    forward.reset(fftwf_plan_dft_1d(half, numbers(scratch.frame), numbers(scratch.folded),
                                    FFTW_FORWARD, FFTW_ESTIMATE));
    inverse.reset(fftwf_plan_dft_1d(half, numbers(scratch.folded), numbers(scratch.frame),
                                    FFTW_BACKWARD, FFTW_ESTIMATE));
  }

  Folding folding;
  FftwPlan forward, inverse;
};

FrameFft::FrameFft(Index size) : plan_(std::make_unique<const Plan>(size)) {}
FrameFft::~FrameFft() = default;

void FrameFft::forward(Scratch& scratch, Eigen::Ref<Eigen::VectorXcf> spectrum) const {
  fftwf_execute_dft(plan_->forward.get(), numbers(scratch.frame), numbers(scratch.folded));
  plan_->folding.unfold(scratch.folded, spectrum);
}

void FrameFft::inverse(const Eigen::Ref<const Eigen::VectorXcf>& spectrum, Scratch& scratch) const {
  plan_->folding.fold(spectrum, scratch.folded);
  fftwf_execute_dft(plan_->inverse.get(), numbers(scratch.folded), numbers(scratch.frame));
}

}  // namespace nmfsep
