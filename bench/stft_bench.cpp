// The STFT beside FFTW's own transforms of real signals, planned by estimate as ours are and at its
// best, by measurement, on one thread, in turns:
//
//     bench_stft
//
// 10 s at 44.1 kHz in windows of 4096 every 1024, time a frame. The STFT also has the window, the
// overlaps, and spectra that come and go through the outer caches; bare transforms work in one
// place that stays in the first.
#include <benchmark/benchmark.h>
#include <fftw3.h>
#include <tbb/global_control.h>

#include <algorithm>

#include "nmfsep/core/random.hpp"
#include "nmfsep/stft/stft.hpp"

using namespace nmfsep;

namespace {

const StftOptions options = StftOptions::for_sample_rate(44100);
constexpr Index frames = 430;

Vector noise() {
  Random random(0);
  const Index samples = (frames - 1) * options.hop + options.fft_size;
  return Vector::NullaryExpr(samples, [&] { return random.uniform() - 0.5F; });
}

/// One thread for as long as it lives; counts frames.
class Measurement {
 public:
  explicit Measurement(benchmark::State& state) : state_(state) {}
  ~Measurement() {
    state_.counters["us a frame"] =
        benchmark::Counter(1e-6 * frames * static_cast<double>(state_.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  }

 private:
  benchmark::State& state_;
  tbb::global_control alone_{tbb::global_control::max_allowed_parallelism, 1};
};

/// FFTW's memory, and what stays of one repetition to the next.
struct Bare {
  float* time = fftwf_alloc_real(static_cast<std::size_t>(options.fft_size));
  fftwf_complex* bins = fftwf_alloc_complex(static_cast<std::size_t>(options.fft_size / 2 + 1));
  ~Bare() {
    fftwf_free(time);
    fftwf_free(bins);
  }
};

void bare(benchmark::State& state, bool is_forward, unsigned effort) {
  const Bare memory;
  const fftwf_plan plan =
      is_forward ? fftwf_plan_dft_r2c_1d(options.fft_size, memory.time, memory.bins, effort)
                 : fftwf_plan_dft_c2r_1d(options.fft_size, memory.bins, memory.time, effort);
  std::fill_n(memory.time, options.fft_size, 0.0F);
  std::fill_n(&memory.bins[0][0], options.fft_size + 2, 0.0F);
  const Measurement measurement(state);
  for (auto _ : state)
    for (Index frame = 0; frame < frames; ++frame) fftwf_execute(plan);
  fftwf_destroy_plan(plan);
  fftwf_forget_wisdom();  // or the next estimate would know what was measured
}

void transform(benchmark::State& state) {
  const Stft stft(options);
  const Vector signal = noise();
  ComplexMatrix spectra(stft.bins(), frames);
  const Measurement measurement(state);
  for (auto _ : state) stft.transform(signal, spectra);
}

void overlap_add(benchmark::State& state) {
  const Stft stft(options);
  Vector signal = noise();
  ComplexMatrix spectra(stft.bins(), frames);
  stft.transform(signal, spectra);
  const Measurement measurement(state);
  for (auto _ : state) {
    signal.setZero();
    stft.overlap_add(spectra, signal);
  }
}

BENCHMARK_CAPTURE(bare, forward, true, FFTW_ESTIMATE);
BENCHMARK_CAPTURE(bare, forward_measured, true, FFTW_MEASURE);
BENCHMARK(transform);
BENCHMARK_CAPTURE(bare, inverse, false, FFTW_ESTIMATE);
BENCHMARK_CAPTURE(bare, inverse_measured, false, FFTW_MEASURE);
BENCHMARK(overlap_add);

}  // namespace
