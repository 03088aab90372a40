// Our complex transforms beside FFTW's, planned by estimate as ours are and at its best, by
// measurement, of half a window of 512 to 8192 samples: in place, one thread, in turns.
//
//     bench_fft
#include <benchmark/benchmark.h>
#include <fftw3.h>

#include <vector>

#include "nmfsep/core/complex_fft.hpp"
#include "nmfsep/core/random.hpp"

using namespace nmfsep;

namespace {

std::vector<std::complex<float>> noise(std::size_t size) {
  Random random(0);
  std::vector<std::complex<float>> values(size);
  for (auto& value : values) value = {random.uniform() - 0.5F, random.uniform() - 0.5F};
  return values;
}

void own(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const ComplexFft<float> fft(size);
  const auto start = noise(size);
  auto values = start;
  for (auto _ : state) {
    fft.forward(values.data());
    benchmark::DoNotOptimize(values.data());
    state.PauseTiming();
    values = start;
    state.ResumeTiming();
  }
}

void fftw(benchmark::State& state, unsigned effort) {
  const auto size = static_cast<std::size_t>(state.range(0));
  auto* const values = fftwf_alloc_complex(size);
  const fftwf_plan plan =
      fftwf_plan_dft_1d(static_cast<int>(size), values, values, FFTW_FORWARD, effort);
  const auto start = noise(size);
  for (auto _ : state) {
    state.PauseTiming();
    std::copy(start.begin(), start.end(), reinterpret_cast<std::complex<float>*>(values));
    state.ResumeTiming();
    fftwf_execute(plan);
    benchmark::DoNotOptimize(values);
  }
  fftwf_destroy_plan(plan);
  fftwf_free(values);
}

}  // namespace

BENCHMARK(own)->RangeMultiplier(2)->Range(256, 4096);
BENCHMARK_CAPTURE(fftw, estimate, FFTW_ESTIMATE)->RangeMultiplier(2)->Range(256, 4096);
BENCHMARK_CAPTURE(fftw, measure, FFTW_MEASURE)->RangeMultiplier(2)->Range(256, 4096);
