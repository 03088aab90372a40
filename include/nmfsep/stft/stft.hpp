#pragma once

#include <memory>

#include "nmfsep/core/types.hpp"
#include "nmfsep/stft/window.hpp"

namespace nmfsep {

/// How a signal is cut into spectra.
struct StftOptions {
  int fft_size = 2048;           ///< samples a frame; more resolves pitch, fewer resolve time
  int hop = 512;                 ///< samples from one frame to the next, at most fft_size
  Window window = Window::hann;  ///< tapers each frame, in analysis and in synthesis
  int window_size = 0;  ///< samples the window spans, in the middle of the frame; 0: all of it.
                        ///< Fewer resolve time as a shorter frame does, in as many bins

  /// What window_size says, spelt out.
  int window_length() const { return window_size == 0 ? fft_size : window_size; }

  /// The power of two from 64 ms on, at least 256 samples, and a quarter of it: 1024/256 for speech
  /// at 16 kHz, 4096/1024 at 44.1 and 48 kHz. What separated best of the sizes around it
  /// (docs/quality.md).
  static StftOptions for_sample_rate(int sample_rate);

  /// Throws InvalidArgument unless fft_size is even, 16 to 65536, the window is even, 16 to
  /// fft_size, and hop is such that the squared windows overlap enough everywhere to invert.
  void validate() const;

  friend bool operator==(const StftOptions& a, const StftOptions& b) {
    return a.fft_size == b.fft_size && a.hop == b.hop && a.window == b.window &&
           a.window_length() == b.window_length();
  }
};

/// Short-time Fourier transform and its inverse. The signal is padded with zeros so that its first
/// and last samples lie under as many windows as the others. Immutable: one Stft serves many
/// threads at once. Results do not depend on which frames are computed together.
class Stft {
 public:
  /// Throws InvalidArgument as StftOptions::validate.
  explicit Stft(const StftOptions& options);
  ~Stft();
  Stft(Stft&&) noexcept;
  Stft& operator=(Stft&&) noexcept;

  const StftOptions& options() const;

  /// fft_size / 2 + 1.
  Index bins() const;

  /// How many frames a signal of `samples` has; at least 1 for a non-empty signal.
  Index frames(Index samples) const;

  /// How many of them begin before the signal does: the padding is `lead_frames() · hop` samples.
  Index lead_frames() const;

  /// The spectra, bins × frames, of a signal. No scaling: X(f,t) = Σ x·w·e^(−2πifn/N).
  ComplexMatrix forward(const VectorView& signal) const;

  /// The signal of `samples` samples whose spectra are nearest to `spectra` (bins × frames) in the
  /// least-squares sense: windowed overlap-add over the summed squared window (Griffin & Lim,
  /// 1984, eq. 6). Throws InvalidArgument when the shape does not belong to `samples`.
  Vector inverse(const Eigen::Ref<const ComplexMatrix>& spectra, Index samples) const;

  /// A stretch of a padded signal: fills `spectra` (bins × frames) with those of its frames, the
  /// first of which begins where `signal` does. Throws InvalidArgument unless `signal` has
  /// (frames − 1) · hop + fft_size samples.
  void transform(const VectorView& signal, Eigen::Ref<ComplexMatrix> spectra) const;

  /// The way back: adds the frames to `signal`, as long as in `transform`, each sample in the order
  /// of the frames, so that a signal may be put together in any pieces.
  void overlap_add(const Eigen::Ref<const ComplexMatrix>& spectra, Eigen::Ref<Vector> signal) const;

 private:
  struct Plan;
  std::unique_ptr<const Plan> plan_;
};

}  // namespace nmfsep
