// How many times faster than real time a set's network alone separates a minute of 16 kHz mono,
// from samples to stems, with weights that mean nothing. Threads: NMFSEP_THREADS=1 bench_networks
// (default: all cores).
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <tbb/global_control.h>

#include <cstdlib>

#include "nmfsep/nets/network.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/mask_network/mask_network.hpp"

namespace {

using namespace nmfsep;

constexpr int sample_rate = 16000;
constexpr Index seconds = 60;
constexpr Index bins = 513;
constexpr Index features = bins + 8 * 161;  // the frame itself, and eight neighbours in bands

Matrix noise(Index rows, Index columns, std::uint64_t seed) {
  Random random(seed);
  return Matrix::NullaryExpr(rows, columns, [&] { return random.uniform() - 0.5F; });
}

/// A set of two sources whose network has a hidden layer of this description after the first.
std::vector<SourceModel> set_of(const std::string& hidden) {
  Random random(1);
  MaskNet net;
  net.sources = {"a", "b"};
  net.networks = {
      make_network(fmt::format("dense {0} 512 | bias 512 | relu | {1} | dense 512 {2} | bias {2}",
                               features, hidden, 2 * bins),
                   random_parameters(random))};
  std::vector<SourceModel> set;
  for (const std::string& name : net.sources) {
    MaskNetwork model;
    Matrix atoms = Matrix::Constant(bins, 1, 1.0F / bins);
    model.name = name;
    model.analysis = {sample_rate, StftOptions::for_sample_rate(sample_rate)};
    model.objective.mask_exponent = 1;
    static_cast<ModelHeader&>(model.dictionary) = model;
    model.dictionary.pairs = {{atoms, atoms}};
    model.place = static_cast<int>(set.size());
    if (set.empty()) model.net = std::make_shared<const MaskNet>(net);
    set.emplace_back(std::move(model));
  }
  return set;
}

void separate(benchmark::State& state, const std::string& hidden) {
  const char* threads = std::getenv("NMFSEP_THREADS");
  const std::size_t count = threads == nullptr ? 1024 : std::strtoul(threads, nullptr, 10);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, count);
  const std::vector<SourceModel> set = set_of(hidden);
  const Separator separator(set[0]->analysis, set[0]->objective, make_decomposer(set, {}, {}));
  const AudioBuffer mixture{noise(seconds * sample_rate, 1, 2), sample_rate};
  Diagnostics diagnostics;
  for (auto _ : state) benchmark::DoNotOptimize(separator.separate(mixture, "noise", diagnostics));
  state.counters["x real time"] = benchmark::Counter(static_cast<double>(seconds),
                                                     benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

BENCHMARK_CAPTURE(separate, dense, "dense 512 512 | bias 512 | relu")
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(separate, recurrent, "gru 512 256 2")
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
