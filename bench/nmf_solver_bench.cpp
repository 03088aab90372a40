// Seconds of each solver until it has reached a KL cost, on one thread. The demo's drums and bass,
// unless the environment names others:
//   SOURCES=a.flac:b.flac MIXTURE=mix.flac bench_nmf_solver
// reach_gap: W fixed, K atoms learnt from each of two sources, V their mixture, to within 1e-4 of
// the optimum. The number of updates is read off the cost curve, then a call with as many is timed.
// learn: W learnt from the first source, to what `plain` multiplicative updates reach. A call with
// as many updates, found by bisection, is timed.

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
constexpr auto multiplicative = static_cast<int>(Solver::multiplicative);
constexpr auto over_relaxed = static_cast<int>(Solver::over_relaxed);
constexpr auto squarem = static_cast<int>(Solver::squarem);

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
    const Matrix atoms = factorise(spectrogram(file), learn).W;
    W.conservativeResize(atoms.rows(), W.cols() + components);
    W.rightCols(components) = atoms;
  }
  return W;
}

/// The fewest updates after which `options` reach `cost`, or `most`.
int updates_to(double cost, const Matrix& V, NmfOptions options, int most) {
  for (int too_few = 0; too_few + 1 < most;) {
    options.iterations = (too_few + most) / 2;
    (factorise(V, options).report.final_cost() <= cost ? most : too_few) = options.iterations;
  }
  return most;
}

/// Arguments: components, seed, plain updates, solver.
void learn(benchmark::State& state) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, 1);
  const std::string sources = from_environment("SOURCES", demo("train/drums.flac"));
  const Matrix V = spectrogram(sources.substr(0, sources.find(':')));
  const int plain = static_cast<int>(state.range(2));
  NmfOptions options = updates(plain, Solver::multiplicative);
  options.components = state.range(0);
  options.seed = static_cast<std::uint64_t>(state.range(1));
  const double cost = factorise(V, options).report.final_cost();
  options.solver = static_cast<Solver>(state.range(3));
  options.iterations = updates_to(cost, V, options, 2 * plain);
  for (auto _ : state) benchmark::DoNotOptimize(factorise(V, options).W.data());
  state.counters["updates"] = options.iterations;
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
    ->ArgsProduct({{40, 200}, {multiplicative, over_relaxed, squarem}})
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK(learn)
    ->ArgNames({"K", "seed", "plain", "solver"})
    ->ArgsProduct({{25, 50, 100}, {0, 1, 2}, {50, 100, 200}, {multiplicative, over_relaxed}})
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
