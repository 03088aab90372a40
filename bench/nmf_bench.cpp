// Rates of the NMF updates in useful flops: 4·F·T·K for an update of the activations, 8·F·T·K
// when W is learnt too (each factor: the model and one gradient), at F = 1025, T = 2584.
//   NMFSEP_TARGET=avx2 bench_nmf --benchmark_filter=infer

#include <benchmark/benchmark.h>
#include <tbb/global_control.h>

#include "nmfsep/core/random.hpp"
#include "nmfsep/nmf/nmf.hpp"

namespace {

using namespace nmfsep;

constexpr Index bins = 1025;
constexpr Index frames = 2584;

Matrix random_matrix(Index rows, Index columns) {
  Random random(1);
  Matrix result(rows, columns);
  for (Index i = 0; i < result.size(); ++i) result.data()[i] = random.uniform();
  return result;
}

/// A random V of rank 30 with noise.
const Matrix& spectrogram() {
  static const Matrix V = (random_matrix(bins, 30) * random_matrix(30, frames))
                              .cwiseProduct(random_matrix(bins, frames));
  return V;
}

NmfOptions updates(int iterations, Index components, double beta) {
  NmfOptions options;
  options.components = components;
  options.iterations = iterations;
  options.tolerance = 0;
  options.divergence = {beta};
  options.solver = Solver::multiplicative;
  return options;
}

/// Arguments: components, threads, 100·β.
void infer(benchmark::State& state) {
  const Index components = state.range(0);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(state.range(1)));
  Matrix W = random_matrix(bins, components);
  W.array().rowwise() /= W.array().colwise().sum();
  const NmfOptions options = updates(50, components, 0.01 * static_cast<double>(state.range(2)));
  for (auto _ : state)
    benchmark::DoNotOptimize(infer_activations(spectrogram(), W, options).H.data());
  state.counters["flops"] =
      benchmark::Counter(4.0 * bins * frames * static_cast<double>(components * options.iterations),
                         benchmark::Counter::kIsIterationInvariantRate);
}

void learn(benchmark::State& state) {
  const Index components = state.range(0);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(state.range(1)));
  const NmfOptions options = updates(25, components, 0.01 * static_cast<double>(state.range(2)));
  for (auto _ : state) benchmark::DoNotOptimize(factorize(spectrogram(), options).W.data());
  state.counters["flops"] =
      benchmark::Counter(8.0 * bins * frames * static_cast<double>(components * options.iterations),
                         benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

BENCHMARK(infer)
    ->ArgNames({"K", "threads", "beta%"})
    ->ArgsProduct({{20, 50, 100, 200}, {1, 2}, {100}})
    ->ArgsProduct({{50, 100}, {1, 2}, {0, 200}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(learn)
    ->ArgNames({"K", "threads", "beta%"})
    ->ArgsProduct({{20, 50, 100}, {1, 2}, {100}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
