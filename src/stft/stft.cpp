// FFTW enters here. Its conventions and ours:
// - its planner shares state without a lock: plans are made and destroyed under a mutex, and
//   executed, which is safe, on scratch of the calling thread;
// - plans are by estimate, since measured ones pick other codelets, and so other bits, from run to
//   run; and the scratch is always aligned alike, since the codelets depend on that too;
// - it does not scale: the inverse's 1/N is part of the synthesis window.
#include "nmfsep/stft/stft.hpp"

#include <fftw3.h>
#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <complex>
#include <mutex>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr int smallest_size = 16;
constexpr int largest_size = 65536;

/// The smallest overlap of squared windows allowed, relative to the largest. The inverse divides
/// by the overlap, and so multiplies rounding errors where it is small.
constexpr double smallest_overlap = 0.1;

constexpr Index block_frames = 128;  ///< frames a task transforms with one scratch

std::mutex planner_mutex;

struct PlanDeleter {
  void operator()(fftwf_plan plan) const {
    const std::lock_guard lock(planner_mutex);
    fftwf_destroy_plan(plan);
  }
};
using FftwPlan = std::unique_ptr<std::remove_pointer_t<fftwf_plan>, PlanDeleter>;

struct FftwDeleter {
  void operator()(void* memory) const { fftwf_free(memory); }
};

/// Input and output of one transform, aligned as FFTW likes it. Owned by one thread.
class Scratch {
 public:
  explicit Scratch(Index size)
      : size_(size),
        time_(fftwf_alloc_real(static_cast<std::size_t>(size))),
        bins_(fftwf_alloc_complex(static_cast<std::size_t>(size / 2 + 1))) {
    if (time_ == nullptr || bins_ == nullptr) throw std::bad_alloc();
  }

  float* time_data() { return time_.get(); }
  fftwf_complex* bins_data() { return bins_.get(); }
  Eigen::Map<Vector> time() { return {time_.get(), size_}; }
  Eigen::Map<Eigen::VectorXcf> bins() {
    // C++ guarantees that std::complex<float> is laid out as float[2], which fftwf_complex is.
    return {reinterpret_cast<std::complex<float>*>(bins_.get()), size_ / 2 + 1};
  }

 private:
  Index size_;
  std::unique_ptr<float, FftwDeleter> time_;
  std::unique_ptr<fftwf_complex, FftwDeleter> bins_;
};

/// Σ_m w²(n + m·hop) for n = 0 … hop − 1: how much of the squared windows lies over each sample.
Eigen::VectorXd squared_overlap(const Vector& window, Index hop) {
  Eigen::VectorXd overlap = Eigen::VectorXd::Zero(hop);
  for (Index n = 0; n < window.size(); ++n)
    overlap[n % hop] += static_cast<double>(window[n]) * window[n];
  return overlap;
}

}  // namespace

StftOptions StftOptions::for_sample_rate(int sample_rate) {
  constexpr double shortest = 0.064;  // seconds
  int fft_size = 256;
  while (fft_size < shortest * sample_rate && fft_size < largest_size) fft_size *= 2;
  return {.fft_size = fft_size, .hop = fft_size / 4};
}

void StftOptions::validate() const {
  if (fft_size < smallest_size || fft_size > largest_size)
    throw InvalidArgument(fmt::format("StftOptions: fft_size = {}, must be {} to {}", fft_size,
                                      smallest_size, largest_size));
  if (hop < 1 || hop > fft_size)
    throw InvalidArgument(
        fmt::format("StftOptions: hop = {}, must be 1 to fft_size = {}", hop, fft_size));
  const Eigen::VectorXd overlap = squared_overlap(make_window(window, fft_size), hop);
  if (overlap.minCoeff() < smallest_overlap * overlap.maxCoeff())
    throw InvalidArgument(
        fmt::format("StftOptions: hop = {} leaves samples that {} windows of {} hardly cover; a "
                    "hop of at most {} can be inverted",
                    hop, to_string(window), fft_size, fft_size / 2));
}

struct Stft::Plan {
  StftOptions options;
  Vector analysis;   ///< window before the transform
  Vector synthesis;  ///< window after the inverse: w / (N Σ w²)
  Index lead = 0;    ///< frames that begin before the signal does
  FftwPlan forward;
  FftwPlan inverse;

  explicit Plan(const StftOptions& stft_options) : options(stft_options) {
    options.validate();
    const Index size = options.fft_size;
    lead = (size - 1) / options.hop;
    analysis = make_window(options.window, size);
    const Eigen::VectorXd overlap = squared_overlap(analysis, options.hop);
    synthesis = Vector::NullaryExpr(size, [&](Index n) {
      return static_cast<float>(analysis[n] /
                                (overlap[n % options.hop] * static_cast<double>(size)));
    });
    Scratch scratch(size);
    const std::lock_guard lock(planner_mutex);
    forward.reset(fftwf_plan_dft_r2c_1d(options.fft_size, scratch.time_data(), scratch.bins_data(),
                                        FFTW_ESTIMATE));
    inverse.reset(fftwf_plan_dft_c2r_1d(options.fft_size, scratch.bins_data(), scratch.time_data(),
                                        FFTW_ESTIMATE));
  }

  /// Samples that `frames` of them, one or more, lie over.
  Index length(Index frames) const { return (frames - 1) * options.hop + options.fft_size; }

  void require_length(Index frames, Index samples) const {
    if (frames > 0 && samples != length(frames))
      throw InvalidArgument(fmt::format("Stft: {} frames of {} samples, must be of {}", frames,
                                        samples, length(frames)));
  }

  void transform(const VectorView& signal, Index frame, Scratch& scratch) const {
    scratch.time() = signal.segment(frame * options.hop, options.fft_size).cwiseProduct(analysis);
    fftwf_execute_dft_r2c(forward.get(), scratch.time_data(), scratch.bins_data());
  }

  /// Adds the part of a frame that lies over `output`, which begins at sample `offset`.
  void overlap_add(Index frame, Scratch& scratch, Index offset, Eigen::Ref<Vector> output) const {
    fftwf_execute_dft_c2r(inverse.get(), scratch.bins_data(), scratch.time_data());
    const Index begin = frame * options.hop - offset;  // of the frame, counted from the output's
    const Index first = std::max<Index>(0, -begin);
    const Index count = std::min<Index>(options.fft_size, output.size() - begin) - first;
    output.segment(begin + first, count) +=
        scratch.time().segment(first, count).cwiseProduct(synthesis.segment(first, count));
  }
};

Stft::Stft(const StftOptions& options) : plan_(std::make_unique<const Plan>(options)) {}
Stft::~Stft() = default;
Stft::Stft(Stft&&) noexcept = default;
Stft& Stft::operator=(Stft&&) noexcept = default;

const StftOptions& Stft::options() const { return plan_->options; }

Index Stft::bins() const { return plan_->options.fft_size / 2 + 1; }

Index Stft::frames(Index samples) const {
  const Index hop = plan_->options.hop;
  return samples == 0 ? 0 : plan_->lead + (samples + hop - 1) / hop;
}

Index Stft::lead_frames() const { return plan_->lead; }

ComplexMatrix Stft::forward(const VectorView& signal) const {
  ComplexMatrix spectra(bins(), frames(signal.size()));
  if (spectra.cols() == 0) return spectra;
  Vector padded = Vector::Zero(plan_->length(spectra.cols()));
  padded.segment(plan_->lead * plan_->options.hop, signal.size()) = signal;
  transform(padded, spectra);
  return spectra;
}

Vector Stft::inverse(const Eigen::Ref<const ComplexMatrix>& spectra, Index samples) const {
  if (spectra.rows() != bins() || spectra.cols() != frames(samples))
    throw InvalidArgument(fmt::format("Stft: spectra of {} × {} for {} samples, must be {} × {}",
                                      spectra.rows(), spectra.cols(), samples, bins(),
                                      frames(samples)));
  if (spectra.cols() == 0) return {};
  Vector padded = Vector::Zero(plan_->length(spectra.cols()));
  overlap_add(spectra, padded);
  return padded.segment(plan_->lead * plan_->options.hop, samples);
}

void Stft::transform(const VectorView& signal, Eigen::Ref<ComplexMatrix> spectra) const {
  plan_->require_length(spectra.cols(), signal.size());
  const tbb::blocked_range<Index> all(0, spectra.cols(), block_frames);
  tbb::parallel_for(all, [&](const tbb::blocked_range<Index>& range) {
    Scratch scratch(plan_->options.fft_size);
    for (Index frame = range.begin(); frame < range.end(); ++frame) {
      plan_->transform(signal, frame, scratch);
      spectra.col(frame) = scratch.bins();
    }
  });
}

void Stft::overlap_add(const Eigen::Ref<const ComplexMatrix>& spectra,
                       Eigen::Ref<Vector> signal) const {
  plan_->require_length(spectra.cols(), signal.size());
  const Index hop = plan_->options.hop;
  // A task makes some hops of output from every frame over them: the few at its borders are
  // transformed twice, and every sample is summed in the order of the frames.
  const tbb::blocked_range<Index> all(0, (signal.size() + hop - 1) / hop, block_frames);
  tbb::parallel_for(all, [&](const tbb::blocked_range<Index>& range) {
    Scratch scratch(plan_->options.fft_size);
    const Index offset = range.begin() * hop;
    auto output = signal.segment(offset, std::min(signal.size(), range.end() * hop) - offset);
    const Index first = std::max<Index>(0, range.begin() - plan_->lead);
    for (Index frame = first; frame < std::min(range.end(), spectra.cols()); ++frame) {
      scratch.bins() = spectra.col(frame);
      plan_->overlap_add(frame, scratch, offset, output);
    }
  });
}

}  // namespace nmfsep
