// Rates of the NMF updates in useful flops: 4·F·T·K for an update of the activations, 8·F·T·K
// when W is learnt too (each factor: the model and one gradient), at F = 1025, T = 2584. An update
// is timed as users feel it: the difference between a long and a short call of the library.
//   NMFSEP_TARGET=avx2 bench_nmf --benchmark_filter=infer

#include <benchmark/benchmark.h>
#include <tbb/global_control.h>

#include <chrono>
#include <ctime>

#include "nmfsep/core/random.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/nmf/priors/prior_text.hpp"

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

/// The same with input that is slow on careless machines.
Matrix corner(const std::string& name) {
  if (name == "silence") return Matrix::Zero(bins, frames);
  if (name == "zeros") return (random_matrix(bins, frames).array() < 0.5F).select(0, spectrogram());
  if (name == "denormals") return spectrogram() * 1e-41F;
  return spectrogram() * 1e30F;  // loud
}

/// Seconds on a clock; for one thread the process's own, which other work hardly changes.
double now(Index threads) {
  if (threads == 1) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// Times updates of `run(options)`; the state's arguments are components, threads and 100·β.
template <typename Run>
void time_updates(benchmark::State& state, double flops, const Run& run) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(state.range(1)));
  NmfOptions options;
  options.components = state.range(0);
  options.tolerance = 0;
  options.divergence = {0.01 * static_cast<double>(state.range(2))};
  options.solver = Solver::multiplicative;
  const auto seconds = [&](int iterations) {
    options.iterations = iterations;
    const double start = now(state.range(1));
    benchmark::DoNotOptimize(run(options));
    return now(state.range(1)) - start;
  };
  constexpr int few = 10;
  const int many = few + static_cast<int>(2000 / state.range(0) / 10 * 10);
  seconds(few);
  for (auto _ : state) state.SetIterationTime((seconds(many) - seconds(few)) / (many - few));
  state.counters["flops"] =
      benchmark::Counter(flops * bins * frames * static_cast<double>(options.components),
                         benchmark::Counter::kIsIterationInvariantRate);
}

void infer(benchmark::State& state) {
  Matrix W = random_matrix(bins, state.range(0));
  W.array().rowwise() /= W.array().colwise().sum();
  time_updates(state, 4, [&](const NmfOptions& options) {
    return infer_activations(spectrogram(), W, options).H(0, 0);
  });
}

void learn(benchmark::State& state) {
  time_updates(state, 8, [&](const NmfOptions& options) {
    return factorise(spectrogram(), options).W(0, 0);
  });
}

/// One factor or both from a V of `name`; otherwise as `infer` and `learn`.
void infer_corner(benchmark::State& state, const std::string& name) {
  Matrix W = random_matrix(bins, state.range(0));
  W.array().rowwise() /= W.array().colwise().sum();
  const Matrix V = corner(name);
  time_updates(state, 4,
               [&](const NmfOptions& options) { return infer_activations(V, W, options).H(0, 0); });
}

void learn_corner(benchmark::State& state, const std::string& name) {
  const Matrix V = corner(name);
  time_updates(state, 8, [&](const NmfOptions& options) { return factorise(V, options).W(0, 0); });
}

/// Both factors, or H alone, under a prior; its ratio to `learn` and `infer` is what it costs.
void learn_under(benchmark::State& state, const std::string& prior) {
  time_updates(state, 8, [&](NmfOptions options) {
    options.penalty = prior_from_string(prior);
    return factorise(spectrogram(), options).W(0, 0);
  });
}

void infer_under(benchmark::State& state, const std::string& prior) {
  Matrix W = random_matrix(bins, state.range(0));
  W.array().rowwise() /= W.array().colwise().sum();
  time_updates(state, 4, [&](NmfOptions options) {
    options.penalty = prior_from_string(prior);
    return infer_activations(spectrogram(), W, options).H(0, 0);
  });
}

}  // namespace

BENCHMARK(infer)
    ->ArgNames({"K", "threads", "beta%"})
    ->ArgsProduct({{20, 50, 100, 200}, {1, 2}, {100}})
    ->ArgsProduct({{50, 100}, {1, 2}, {0, 200}})
    ->Iterations(1)
    ->Unit(benchmark::kMicrosecond)
    ->UseManualTime();
BENCHMARK(learn)
    ->ArgNames({"K", "threads", "beta%"})
    ->ArgsProduct({{20, 50, 100}, {1, 2}, {100}})
    ->Iterations(1)
    ->Unit(benchmark::kMicrosecond)
    ->UseManualTime();

#define NMFSEP_CORNER(name)                    \
  BENCHMARK_CAPTURE(infer_corner, name, #name) \
      ->ArgNames({"K", "threads", "beta%"})    \
      ->Args({50, 1, 100})                     \
      ->Iterations(1)                          \
      ->UseManualTime();                       \
  BENCHMARK_CAPTURE(learn_corner, name, #name) \
      ->ArgNames({"K", "threads", "beta%"})    \
      ->Args({50, 1, 100})                     \
      ->Iterations(1)                          \
      ->UseManualTime()
NMFSEP_CORNER(silence);
NMFSEP_CORNER(zeros);
NMFSEP_CORNER(denormals);
NMFSEP_CORNER(loud);

#define NMFSEP_PRIOR(text)                   \
  BENCHMARK_CAPTURE(learn_under, text, text) \
      ->ArgNames({"K", "threads", "beta%"})  \
      ->ArgsProduct({{50}, {1, 2}, {100}})   \
      ->Iterations(1)                        \
      ->Unit(benchmark::kMicrosecond)        \
      ->UseManualTime();                     \
  BENCHMARK_CAPTURE(infer_under, text, text) \
      ->ArgNames({"K", "threads", "beta%"})  \
      ->ArgsProduct({{50}, {1, 2}, {100}})   \
      ->Iterations(1)                        \
      ->Unit(benchmark::kMicrosecond)        \
      ->UseManualTime()
NMFSEP_PRIOR("sparsity=0.5");
NMFSEP_PRIOR("gamma=0.9,0.1");
NMFSEP_PRIOR("dirichlet=0.95");
NMFSEP_PRIOR("smoothness=1");
NMFSEP_PRIOR("group=0.1");
