// FrameFft by our own complex transform of half the size: NMFSEP_FFT=own.
#include <algorithm>

#include "nmfsep/core/complex_fft.hpp"
#include "stft/folding.hpp"
#include "stft/frame_fft.hpp"

namespace nmfsep {

struct FrameFft::Plan {
  explicit Plan(Index size) : half(static_cast<std::size_t>(size / 2)), folding(size) {}

  ComplexFft<float> half;
  Folding folding;
};

FrameFft::FrameFft(Index size) : plan_(std::make_unique<const Plan>(size)) {}
FrameFft::~FrameFft() = default;

// Samples two by two are complex numbers as std::complex<float> is laid out.
void FrameFft::forward(Scratch& scratch, Eigen::Ref<Eigen::VectorXcf> spectrum) const {
  std::copy_n(reinterpret_cast<const std::complex<float>*>(scratch.frame.data()),
              scratch.folded.size(), scratch.folded.data());
  plan_->half.forward(scratch.folded.data());
  plan_->folding.unfold(scratch.folded, spectrum);
}

void FrameFft::inverse(const Eigen::Ref<const Eigen::VectorXcf>& spectrum, Scratch& scratch) const {
  auto* const numbers = reinterpret_cast<std::complex<float>*>(scratch.frame.data());
  plan_->folding.fold(spectrum, scratch.folded);
  std::copy_n(scratch.folded.data(), scratch.folded.size(), numbers);
  plan_->half.inverse(numbers);
}

}  // namespace nmfsep
