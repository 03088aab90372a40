// Seconds until the KL cost of activations is within 1e-4 of the optimum, W fixed, one thread: K
// atoms learnt from each of two sources, V their mixture. The number of updates is read off the
// cost curve, then a call with as many is timed. The demo's drums and bass, unless the environment
// names others:
//   SOURCES=a.flac:b.flac MIXTURE=mix.flac bench_nmf_solver

#include <benchmark/benchmark.h>
#include <tbb/global_control.h>

#include <cstdlib>
#include <sstream>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace {

using namespace nmfsep;

constexpr double gap = 1e-4;

Matrix spectrogram(const std::string& file) {
  const AudioBuffer audio = read_audio(file);
  return magnitudes(analyse(audio, Stft(StftOptions::for_sample_rate(audio.sample_rate))), 1);
}

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

std::string demo(const std::string& file) { return NMFSEP_SOURCE_DIR "/data/" + file; }

NmfOptions updates(int iterations, Solver solver) {
  NmfOptions options;
  options.iterations = iterations;
  options.tolerance = 0;
  options.solver = solver;
  return options;
}

/// K atoms of each source side by side.
Matrix dictionary(Index components) {
  NmfOptions learn = updates(100, Solver::multiplicative);
  learn.components = components;
  std::istringstream sources(
      from_environment("SOURCES", demo("train/drums.flac") + ":" + demo("train/bass.flac")));
  Matrix W;
  for (std::string file; std::getline(sources, file, ':');) {
    const Matrix atoms = factorize(spectrogram(file), learn).W;
    W.conservativeResize(atoms.rows(), W.cols() + components);
    W.rightCols(components) = atoms;
  }
  return W;
}

/// Arguments: components of a source, solver.
void reach_gap(benchmark::State& state) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, 1);
  const auto solver = static_cast<Solver>(state.range(1));
  const Matrix V = spectrogram(from_environment("MIXTURE", demo("mixture.flac")));
  const Matrix W = dictionary(state.range(0));
  const double best = infer_activations(V, W, updates(4000, Solver::squarem)).report.final_cost();
  const auto curve = infer_activations(V, W, updates(4000, solver)).report.cost;
  int needed = curve.back().iteration;
  for (auto sample = curve.rbegin(); sample != curve.rend(); ++sample)
    if (sample->cost <= best * (1 + gap)) needed = sample->iteration;
  for (auto _ : state)  // the process's own time, which other work hardly changes
    benchmark::DoNotOptimize(infer_activations(V, W, updates(needed, solver)).H.data());
  state.counters["updates"] = needed;
}

}  // namespace

BENCHMARK(reach_gap)
    ->ArgNames({"K", "solver"})
    ->ArgsProduct({{40, 200},
                   {static_cast<int>(Solver::multiplicative), static_cast<int>(Solver::squarem)}})
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
