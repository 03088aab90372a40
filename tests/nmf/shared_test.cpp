#include "nmfsep/nmf/shared.hpp"

#include <cmath>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "nmf/step/frame_slices.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/priors/sparsity.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// Adds the tree over blocks [first, last), which `cut` cuts in two. Answers its root.
template <typename Cut>
Index add_tree(std::vector<SumNode>& sums, Index first, Index last, const Cut& cut) {
  SumNode node;
  if (last - first == 1) {
    node.block = first;
  } else {
    const Index middle = cut(first, last);
    node.left = add_tree(sums, first, middle, cut);
    node.right = add_tree(sums, middle, last, cut);
  }
  sums.push_back(node);
  return static_cast<Index>(sums.size()) - 1;
}

Index half(Index first, Index last) { return (first + last) / 2; }

/// Blocks of these lengths in a balanced tree; the first is the `number`-th of all.
SharedFrames balanced(const std::vector<Index>& lengths, std::uint64_t number = 0) {
  SharedFrames frames;
  for (const Index length : lengths) frames.blocks.push_back({length, 77 + number++});
  if (!lengths.empty()) add_tree(frames.sums, 0, static_cast<Index>(lengths.size()), half);
  return frames;
}

/// Parties in threads, whose sums are those of a balanced tree over them.
class Parties {
 public:
  explicit Parties(std::size_t count) : values_(count) {}

  template <typename Number>
  void sum(std::size_t party, std::span<Number> values) {
    std::unique_lock lock(mutex_);
    const int round = round_;
    values_[party].assign(values.begin(), values.end());
    if (++arrived_ == values_.size()) {
      arrived_ = 0;
      ++round_;
      sum_ = tree<Number>(0, values_.size());
      met_.notify_all();
    } else {
      met_.wait(lock, [&] { return round_ != round; });
    }
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<Number>(sum_[i]);
  }

 private:
  template <typename Number>
  std::vector<double> tree(std::size_t first, std::size_t last) const {
    if (last - first == 1) return values_[first];
    std::vector<double> left = tree<Number>(first, (first + last) / 2);
    const std::vector<double> right = tree<Number>((first + last) / 2, last);
    for (std::size_t i = 0; i < left.size(); ++i)
      left[i] = static_cast<Number>(left[i]) + static_cast<Number>(right[i]);
    return left;
  }

  std::mutex mutex_;
  std::condition_variable met_;
  std::vector<std::vector<double>> values_;
  std::vector<double> sum_;
  std::size_t arrived_ = 0;
  int round_ = 0;
};

class OneOfParties : public Reducer {
 public:
  OneOfParties(Parties& parties, std::size_t party) : parties_(parties), party_(party) {}
  void sum(std::span<float> values) const override { parties_.sum(party_, values); }
  void sum(std::span<double> values) const override { parties_.sum(party_, values); }

 private:
  Parties& parties_;
  std::size_t party_;
};

NmfOptions options_for(double beta = 1) {
  NmfOptions options;
  options.components = 5;
  options.iterations = 23;
  options.tolerance = 0;
  options.solver = Solver::over_relaxed;
  options.divergence = {beta};
  return options;
}

/// Blocks of all sorts: longer than a slice's blocks, of one frame, and eight of them, so that one,
/// two, four and eight parties have whole subtrees.
const std::vector<Index> lengths{300, 1, 127, 128, 129, 40, 256, 19};

/// What `parties` learn, each from its part of the blocks.
std::vector<Factorisation> learn(const Matrix& V, std::size_t parties, const NmfOptions& options) {
  Parties meeting(parties);
  std::vector<Factorisation> results(parties);
  std::vector<std::thread> threads;
  const std::size_t share = lengths.size() / parties;
  Index first = 0;
  for (std::size_t party = 0; party < parties; ++party) {
    const std::vector<Index> own(
        lengths.begin() + static_cast<std::ptrdiff_t>(party * share),
        lengths.begin() + static_cast<std::ptrdiff_t>((party + 1) * share));
    Index frames = 0;
    for (const Index length : own) frames += length;
    threads.emplace_back([&, party, own, first, frames] {
      NmfOptions of_party = options;
      of_party.reducer = std::make_shared<OneOfParties>(meeting, party);
      results[party] =
          factorise_shared(V.middleCols(first, frames), balanced(own, party * share), of_party);
    });
    first += frames;
  }
  for (std::thread& thread : threads) thread.join();
  return results;
}

}  // namespace

TEST_CASE("Statistics of slices are summed as the tree of a shared job says") {
  Random random(3);
  const auto anywhere = [&](Index first, Index last) {
    return first + 1 +
           static_cast<Index>(random.below(static_cast<std::uint64_t>(last - first - 1)));
  };
  for (const Index blocks : {1, 2, 3, 7, 8, 9, 40, 333}) {
    CAPTURE(blocks);
    SharedFrames shared;
    std::vector<float> values;  // so different that every order has bits of its own
    for (Index i = 0; i < blocks; ++i) {
      shared.blocks.push_back({1 + static_cast<Index>(random.below(400)), 0});
      values.push_back(std::ldexp(random.uniform(), static_cast<int>(random.below(20))));
    }
    add_tree(shared.sums, 0, blocks, anywhere);
    std::vector<float> literal;
    for (const SumNode& node : shared.sums)
      literal.push_back(node.block >= 0 ? values[static_cast<std::size_t>(node.block)]
                                        : literal[static_cast<std::size_t>(node.left)] +
                                              literal[static_cast<std::size_t>(node.right)]);

    std::map<Index, Index> block_at;  // by its first frame
    Index frames = 0;
    for (Index i = 0; i < blocks; ++i) {
      block_at[frames] = i;
      frames += shared.blocks[static_cast<std::size_t>(i)].frames;
    }
    const FrameSlices slices(shared);
    std::vector<float> sums(static_cast<std::size_t>(slices.count()), -1);
    std::mutex mutex;
    Index visited = 0;
    slices.for_each_block(
        [&](const SliceBlock& block) {
          const std::lock_guard lock(mutex);
          visited += block.last - block.first;
          if (block.opens_slice)
            sums[static_cast<std::size_t>(block.slice)] =
                values[static_cast<std::size_t>(block_at.at(block.first))];
        },
        [&](const SliceSum& sum) {
          sums[static_cast<std::size_t>(sum.into)] += sums[static_cast<std::size_t>(sum.from)];
        });
    for (const SliceSum& sum : slices.last_sums())
      sums[static_cast<std::size_t>(sum.into)] += sums[static_cast<std::size_t>(sum.from)];
    CHECK(sums.front() == literal.back());
    CHECK(visited == frames);
  }
}

TEST_CASE("Statistics of many blocks take few places") {
  CHECK(FrameSlices(balanced(std::vector<Index>(4096, 10))).count() == 8 * 10);
}

TEST_CASE("A shared dictionary has the same bits on any number of parties and threads") {
  Random random(6);
  const Matrix V = random_spectrogram(40, 1000, random);
  for (const double beta : {1.0, 0.5, 2.0}) {
    CAPTURE(beta);
    const NmfOptions options = options_for(beta);
    const Factorisation alone = factorise_shared(V, balanced(lengths), options);
    Matrix on_one_thread;
    on_threads(1, [&] { on_one_thread = factorise_shared(V, balanced(lengths), options).W; });
    CHECK(on_one_thread == alone.W);
    for (const std::size_t parties : {std::size_t{2}, std::size_t{4}, std::size_t{8}}) {
      CAPTURE(parties);
      const std::vector<Factorisation> results = learn(V, parties, options);
      Index first = 0;
      for (const Factorisation& result : results) {
        CHECK(result.W == alone.W);
        CHECK(result.H == alone.H.middleCols(first, result.H.cols()));
        CHECK(result.report.final_cost() == alone.report.final_cost());
        first += result.H.cols();
      }
    }
  }
}

TEST_CASE("A shared dictionary explains as much as another, and its cost never rises") {
  Random random(7);
  const Matrix V = random_spectrogram(40, 1000, random);
  const Factorisation shared = factorise_shared(V, balanced(lengths), options_for());
  CHECK(shared.report.final_cost() ==
        Approx(divergence(V.cast<double>(), model(shared.W.cast<double>(), shared.H.cast<double>()),
                          1))
            .epsilon(1e-4));
  CHECK(shared.report.final_cost() ==
        Approx(factorise(V, options_for()).report.final_cost()).epsilon(0.1));
  for (std::size_t i = 1; i < shared.report.cost.size(); ++i)
    CHECK(shared.report.cost[i].cost <= shared.report.cost[i - 1].cost);
}

TEST_CASE("A party without frames has no say") {
  Random random(8);
  const Matrix V = random_spectrogram(40, 1000, random);
  Parties meeting(2);
  Factorisation result;
  Factorisation idle;
  const auto options = [&](std::size_t party) {
    NmfOptions of_party = options_for();
    of_party.reducer = std::make_shared<OneOfParties>(meeting, party);
    return of_party;
  };
  std::thread other([&] { idle = factorise_shared(Matrix(40, 0), {}, options(1)); });
  result = factorise_shared(V, balanced(lengths), options(0));
  other.join();
  CHECK(result.W == factorise_shared(V, balanced(lengths), options_for()).W);
  CHECK(idle.W == result.W);
  CHECK(idle.H.cols() == 0);
}

TEST_CASE("A shared job that is resumed ends with the bits of one that was not interrupted") {
  Random random(9);
  const Matrix V = random_spectrogram(40, 1000, random);
  std::vector<SharedState> states;
  SharedJob job;
  job.after = [&](const SharedStateView& state) {
    states.push_back({state.W, state.H, state.rescale, state.report});
  };
  const Factorisation whole = factorise_shared(V, balanced(lengths), options_for(), job);
  REQUIRE(states.size() == 23);
  for (const std::size_t done :
       {std::size_t{0}, std::size_t{9}, std::size_t{10}, std::size_t{22}}) {
    CAPTURE(done);
    const Factorisation resumed =
        factorise_shared(V, balanced(lengths), options_for(), {states[done], {}});
    CHECK(resumed.W == whole.W);
    CHECK(resumed.H == whole.H);
    REQUIRE(resumed.report.cost.size() == whole.report.cost.size());
    for (std::size_t i = 0; i < whole.report.cost.size(); ++i)
      CHECK(resumed.report.cost[i].cost == whole.report.cost[i].cost);
  }
}

TEST_CASE("A shared job refuses what it cannot do") {
  const Matrix V = Matrix::Ones(4, 10);
  NmfOptions options = options_for();
  CHECK_THROWS_WITH(factorise_shared(V, balanced({9}), options),
                    contains("blocks of 9 frames in all, must be those of V, 10"));
  SharedState state{Matrix::Ones(4, 5), Matrix::Ones(5, 9), Vector::Ones(5), {}};
  state.report.cost.push_back({0, 1});
  CHECK_THROWS_WITH(factorise_shared(V, balanced({10}), options, {state, {}}),
                    contains("H of the state to resume: not this job's"));
  state.H = Matrix::Ones(5, 10);
  state.report.iterations = 23;
  CHECK_THROWS_WITH(factorise_shared(V, balanced({10}), options, {state, {}}),
                    contains("report of the state to resume: not this job's"));
  options.penalty = std::make_shared<SparsityPenalty>(1);
  CHECK_THROWS_WITH(factorise_shared(V, balanced({10}), options),
                    contains("penalty = sparsity=1, must be none in a shared job"));
  options.penalty = nullptr;
  options.solver = Solver::em;
  CHECK_THROWS_WITH(factorise_shared(V, balanced({10}), options),
                    contains("solver = em, must be another in a shared job"));
}
