// Time of the metrics on the shapes that bench/evaluation.py gives to other programs too.

#include <benchmark/benchmark.h>

#include "nmfsep/core/random.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/evaluation/stoi.hpp"

namespace {

using namespace nmfsep;

struct Signals {
  std::vector<Signal> references, estimates;
};

/// Low-passed noise, and as estimates the same with some of the next source and noise.
Signals signals(Index sources, Index channels, double seconds, int rate) {
  Random random(1);
  const auto samples = static_cast<Index>(seconds * rate);
  const auto noise = [&](double pole) {
    Signal signal(samples, channels);
    for (Index c = 0; c < channels; ++c) {
      double state = 0.0;
      for (Index t = 0; t < samples; ++t)
        signal(t, c) = state = pole * state + 2.0 * static_cast<double>(random.uniform()) - 1.0;
    }
    return signal;
  };
  Signals result;
  for (Index s = 0; s < sources; ++s)
    result.references.push_back(noise(0.9 * static_cast<double>(s) / static_cast<double>(sources)));
  for (std::size_t s = 0; s < result.references.size(); ++s)
    result.estimates.push_back(0.9 * result.references[s] +
                               0.1 * result.references[(s + 1) % result.references.size()] +
                               0.05 * noise(0.0));
  return result;
}

void measure(benchmark::State& state, const Signals& given, const BssEvalOptions& options) {
  for (auto _ : state)
    benchmark::DoNotOptimize(bss_eval(given.references, given.estimates, options));
}

void v4_frames(benchmark::State& state) {
  measure(state, signals(4, 2, 30.0, 44100),
          {.criteria = BssCriteria::images,
           .filters = BssFilters::whole_signal,
           .framing = Framing{44100, 44100}});
}
BENCHMARK(v4_frames)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void v3_sources_permutation(benchmark::State& state) {
  measure(state, signals(4, 1, 30.0, 44100), {.permute = true});
}
BENCHMARK(v3_sources_permutation)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void v3_images_one_frame(benchmark::State& state) {
  measure(state, signals(4, 2, 1.0, 44100), {.criteria = BssCriteria::images});
}
BENCHMARK(v3_images_one_frame)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// Argument: sample rate in Hz.
void stoi_30_s(benchmark::State& state) {
  const auto rate = static_cast<int>(state.range(0));
  const Signals given = signals(2, 1, 30.0, rate);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        stoi(given.references[0], given.estimates[0], rate, StoiVariant::stoi));
}
BENCHMARK(stoi_30_s)
    ->Arg(16000)
    ->Arg(44100)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
