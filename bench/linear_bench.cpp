// The product of nmfsep/linear/multiply.hpp at the sizes that joint jobs and networks multiply,
// beside Eigen's own with the same compiler flags, in GF/s. OpenBLAS's sgemm at the same sizes:
//
//   OMP_NUM_THREADS=1 bench/linear_peers.py        (needs numpy)
//
// Threads: NMFSEP_THREADS=1 bench_linear (default: all cores). The time is the process's own, that
// of all threads together: other work on the machine changes it little.
#include <benchmark/benchmark.h>
#include <tbb/global_control.h>

#include <cstdlib>
#include <utility>

#include "nmfsep/linear/multiply.hpp"

namespace {

using nmfsep::Index;
using nmfsep::Matrix;

tbb::global_control limit() {
  const char* threads = std::getenv("NMFSEP_THREADS");
  const std::size_t count = threads == nullptr ? 1024 : std::strtoul(threads, nullptr, 10);
  return tbb::global_control(tbb::global_control::max_allowed_parallelism, count);
}

/// rows × depth times depth × columns.
void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark
      ->Args({2048, 2048, 2048})  // the yardstick
      ->Args({2049, 125, 500})    // R = W·H: convolutive atoms of five frames
      ->Args({25, 10245, 500})    // Wᵀ·ratio
      ->Args({2049, 500, 125})    // ratio·Hᵀ
      ->Args({512, 513, 128})     // a dense layer and a batch
      ->Args({512, 3591, 256});
}

void count(benchmark::State& state) {
  const auto flops = 2 * state.range(0) * state.range(1) * state.range(2);
  state.counters["GF/s"] = benchmark::Counter(static_cast<double>(flops) * 1e-9,
                                              benchmark::Counter::kIsIterationInvariantRate);
}

void ours(benchmark::State& state) {
  const auto threads = limit();
  const Matrix A = Matrix::Random(state.range(0), state.range(1));
  const Matrix B = Matrix::Random(state.range(1), state.range(2));
  Matrix C(A.rows(), B.cols());
  for (auto _ : state) nmfsep::multiply(nmfsep::as_it_lies(A), nmfsep::as_it_lies(B), C, false);
  count(state);
}

/// The three products of a dense layer, outputs × inputs weights and a batch, by their place:
/// W·x, Wᵀ·g and g·xᵀ, which is added to what is there.
void layers(benchmark::internal::Benchmark* benchmark) {
  for (const auto& [outputs, inputs] : {std::pair{200, 513},
                                        {100, 200},
                                        {200, 100},
                                        {513, 200},
                                        {600, 600},
                                        {2049, 600},
                                        {600, 2049}})
    for (const int place : {0, 1, 2}) benchmark->Args({outputs, inputs, 128, place});
  // A mask network of 16 kHz: its first layer, a dense one, one direction of a GRU, its last.
  for (const auto& [outputs, inputs] : {std::pair{512, 1801}, {512, 512}, {768, 512}, {1026, 512}})
    for (const int place : {0, 1, 2}) benchmark->Args({outputs, inputs, 256, place});
}

void layer(benchmark::State& state) {
  const auto threads = limit();
  const Matrix W = Matrix::Random(state.range(0), state.range(1));
  const Matrix x = Matrix::Random(state.range(1), state.range(2));
  const Matrix g = Matrix::Random(state.range(0), state.range(2));
  Matrix y = g, back = x, sum = W;
  for (auto _ : state) {
    if (state.range(3) == 0)
      nmfsep::multiply(nmfsep::as_it_lies(W), nmfsep::as_it_lies(x), y, false);
    else if (state.range(3) == 1)
      nmfsep::multiply(nmfsep::transposed(W), nmfsep::as_it_lies(g), back, false);
    else
      nmfsep::multiply(nmfsep::as_it_lies(g), nmfsep::transposed(x), sum, true);
  }
  count(state);
}

void eigens(benchmark::State& state) {
  const Matrix A = Matrix::Random(state.range(0), state.range(1));
  const Matrix B = Matrix::Random(state.range(1), state.range(2));
  Matrix C(A.rows(), B.cols());
  for (auto _ : state) C.noalias() = A * B;
  count(state);
}

}  // namespace

BENCHMARK(ours)->Apply(sizes)->MeasureProcessCPUTime();
BENCHMARK(eigens)->Apply(sizes)->MeasureProcessCPUTime();
BENCHMARK(layer)->Apply(layers)->MeasureProcessCPUTime();
