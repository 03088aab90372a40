#include "nmfsep/stft/stft.hpp"

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "stft/frame_fft.hpp"

namespace nmfsep {
namespace {

constexpr int smallest_size = 16;
constexpr int largest_size = 65536;

/// The smallest overlap of squared windows allowed, relative to the largest. The inverse divides
/// by the overlap, and so multiplies rounding errors where it is small.
constexpr double smallest_overlap = 0.1;

constexpr Index block_frames = 128;  ///< frames a task transforms with one scratch

/// Σ_m w²(n + m·hop) for n = 0 … hop − 1: how much of the squared windows lies over each sample.
Eigen::VectorXd squared_overlap(const Vector& window, Index hop) {
  Eigen::VectorXd overlap = Eigen::VectorXd::Zero(hop);
  for (Index n = 0; n < window.size(); ++n)
    overlap[n % hop] += static_cast<double>(window[n]) * window[n];
  return overlap;
}

/// The window with zeros to either side, fft_size samples.
Vector padded_window(const StftOptions& options) {
  Vector padded = Vector::Zero(options.fft_size);
  const Index length = options.window_length();
  padded.segment((options.fft_size - length) / 2, length) = make_window(options.window, length);
  return padded;
}

const StftOptions& valid(const StftOptions& options) {
  options.validate();
  return options;
}

}  // namespace

StftOptions StftOptions::for_sample_rate(int sample_rate) {
  constexpr double shortest = 0.064;  // seconds
  int fft_size = 256;
  while (fft_size < shortest * sample_rate && fft_size < largest_size) fft_size *= 2;
  return {.fft_size = fft_size, .hop = fft_size / 4};
}

void StftOptions::validate() const {
  if (fft_size < smallest_size || fft_size > largest_size || fft_size % 2 != 0)
    throw InvalidArgument(fmt::format("StftOptions: fft_size = {}, must be even and {} to {}",
                                      fft_size, smallest_size, largest_size));
  if (hop < 1 || hop > fft_size)
    throw InvalidArgument(
        fmt::format("StftOptions: hop = {}, must be 1 to fft_size = {}", hop, fft_size));
  if (window_size != 0 &&
      (window_size < smallest_size || window_size > fft_size || window_size % 2 != 0))
    throw InvalidArgument(
        fmt::format("StftOptions: window_size = {}, must be even and {} to fft_size = {}",
                    window_size, smallest_size, fft_size));
  const Eigen::VectorXd overlap = squared_overlap(padded_window(*this), hop);
  if (overlap.minCoeff() < smallest_overlap * overlap.maxCoeff())
    throw InvalidArgument(
        fmt::format("StftOptions: hop = {} leaves samples that {} windows of {} hardly cover; a "
                    "hop of at most {} can be inverted",
                    hop, to_string(window), window_length(), window_length() / 2));
}

struct Stft::Plan {
  StftOptions options;
  Vector analysis;   ///< window before the transform
  Vector synthesis;  ///< window after the inverse: w / (N Σ w²)
  Index lead = 0;    ///< frames that begin before the signal does
  FrameFft fft;

  explicit Plan(const StftOptions& stft_options)
      : options(valid(stft_options)), fft(options.fft_size) {
    const Index size = options.fft_size;
    lead = (size - 1) / options.hop;
    analysis = padded_window(options);
    const Eigen::VectorXd overlap = squared_overlap(analysis, options.hop);
    synthesis = Vector::NullaryExpr(size, [&](Index n) {
      return static_cast<float>(analysis[n] /
                                (overlap[n % options.hop] * static_cast<double>(size)));
    });
  }

  /// Samples that `frames` of them, one or more, lie over.
  Index length(Index frames) const { return (frames - 1) * options.hop + options.fft_size; }

  void require_length(Index frames, Index samples) const {
    if (frames > 0 && samples != length(frames))
      throw InvalidArgument(fmt::format("Stft: {} frames of {} samples, must be of {}", frames,
                                        samples, length(frames)));
  }

  /// `spectrum`, of bins, of one frame of `signal`.
  void transform(const VectorView& signal, Index frame, FrameFft::Scratch& scratch,
                 Eigen::Ref<Eigen::VectorXcf> spectrum) const {
    scratch.frame = signal.segment(frame * options.hop, options.fft_size).cwiseProduct(analysis);
    fft.forward(scratch, spectrum);
  }

  /// Adds the part of a frame in `samples`, from sample `begin` of the output on, that lies over
  /// it.
  void overlap_add(const Vector& samples, Index begin, Eigen::Ref<Vector> output) const {
    const Index first = std::max<Index>(0, -begin);
    const Index count = std::min<Index>(options.fft_size, output.size() - begin) - first;
    output.segment(begin + first, count) +=
        samples.segment(first, count).cwiseProduct(synthesis.segment(first, count));
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
    FrameFft::Scratch scratch(plan_->options.fft_size);
    for (Index frame = range.begin(); frame < range.end(); ++frame)
      plan_->transform(signal, frame, scratch, spectra.col(frame));
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
    FrameFft::Scratch scratch(plan_->options.fft_size);
    const Index offset = range.begin() * hop;
    auto output = signal.segment(offset, std::min(signal.size(), range.end() * hop) - offset);
    const Index first = std::max<Index>(0, range.begin() - plan_->lead);
    for (Index frame = first; frame < std::min(range.end(), spectra.cols()); ++frame) {
      plan_->fft.inverse(spectra.col(frame), scratch);
      plan_->overlap_add(scratch.frame, frame * hop - offset, output);
    }
  });
}

}  // namespace nmfsep
