// Seconds until the KL cost of activations is within 1e-4 of the optimum, W fixed, one thread: the
// demo's drums and bass as the dictionary's source, its mixture as V. The number of updates is read
// off the cost curve, then a call with as many is timed.

#include <benchmark/benchmark.h>
#include <tbb/global_control.h>

#include <chrono>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace {

using namespace nmfsep;

constexpr double gap = 1e-4;

Matrix spectrogram(const std::string& file) {
  const AudioBuffer audio = read_audio(NMFSEP_SOURCE_DIR "/data/" + file);
  return magnitudes(analyse(audio, Stft(StftOptions{})), 1);
}

NmfOptions updates(int iterations, Solver solver) {
  NmfOptions options;
  options.iterations = iterations;
  options.tolerance = 0;
  options.solver = solver;
  return options;
}

/// Arguments: components, solver.
void reach_gap(benchmark::State& state) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, 1);
  const auto solver = static_cast<Solver>(state.range(1));
  const Matrix V = spectrogram("mixture.flac");
  NmfOptions learn = updates(50, solver);
  learn.components = state.range(0);
  const Matrix W = factorize(V, learn).W;
  const double best = infer_activations(V, W, updates(6000, Solver::squarem)).report.final_cost();
  const auto curve = infer_activations(V, W, updates(6000, solver)).report.cost;
  int needed = curve.back().iteration;
  for (auto sample = curve.rbegin(); sample != curve.rend(); ++sample)
    if (sample->cost <= best * (1 + gap)) needed = sample->iteration;
  for (auto _ : state)
    benchmark::DoNotOptimize(infer_activations(V, W, updates(needed, solver)).H.data());
  state.counters["updates"] = needed;
}

}  // namespace

BENCHMARK(reach_gap)
    ->ArgNames({"K", "solver"})
    ->ArgsProduct({{40, 200},
                   {static_cast<int>(Solver::multiplicative), static_cast<int>(Solver::squarem)}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
