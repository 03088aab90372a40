// The product of nmfsep/linear/multiply.hpp at the sizes that joint jobs and networks multiply,
// beside Eigen's own with the same compiler flags, in GF/s. OpenBLAS's sgemm at the same sizes:
//
//   OMP_NUM_THREADS=1 bench/linear_peers.py        (needs numpy)
//
// Threads: NMFSEP_THREADS=1 bench_linear (default: all cores).
#include <benchmark/benchmark.h>
#include <tbb/global_control.h>

#include <cstdlib>

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

void eigens(benchmark::State& state) {
  const Matrix A = Matrix::Random(state.range(0), state.range(1));
  const Matrix B = Matrix::Random(state.range(1), state.range(2));
  Matrix C(A.rows(), B.cols());
  for (auto _ : state) C.noalias() = A * B;
  count(state);
}

}  // namespace

BENCHMARK(ours)->Apply(sizes)->UseRealTime();
BENCHMARK(eigens)->Apply(sizes)->UseRealTime();
