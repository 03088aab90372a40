// Whatever the blocks, the threads and the source: the stems are those of one block, to the bit.
#include <tbb/global_control.h>

#include <algorithm>
#include <atomic>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/separation/separator.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/small_dictionary.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using test::noise;

namespace {

const Analysis analysis = test::small_dictionary("a").analysis;  // 22050 Hz, 16/4
const Objective objective{{}, 0.7, 1};
constexpr Index enough_for_all = 1 << 20;

NmfOptions nmf_options() {
  NmfOptions options;
  options.iterations = 12;
  return options;
}

std::vector<SourceModel> paired_models(int context, int members) {
  return {test::small_paired_dictionary("a", context, members, 1),
          test::small_paired_dictionary("b", context, members, 2)};
}

std::vector<SourceModel> plain_models() {
  return {test::small_dictionary("a", 4, 1), test::small_dictionary("b", 5, 2)};
}

Separation separate(const std::vector<SourceModel>& models, const AudioBuffer& mixture,
                    Index block_frames) {
  const Separator separator(analysis, objective, make_decomposer(models, {}, nmf_options()),
                            {block_frames});
  Diagnostics diagnostics;
  return separator.separate(mixture, "mixture", diagnostics);
}

void check_equal(const Separation& one, const Separation& other) {
  REQUIRE(one.stems.size() == other.stems.size());
  for (std::size_t s = 0; s < one.stems.size(); ++s)
    CHECK(one.stems[s].audio.samples == other.stems[s].audio.samples);
  CHECK(one.report.residual_dbfs == other.report.residual_dbfs);
  CHECK(one.report.length == other.report.length);
}

void check_all_blocks(const std::vector<SourceModel>& models, const AudioBuffer& mixture) {
  const Separation whole = separate(models, mixture, enough_for_all);
  for (const Index block_frames : {1, 2, 7, 32, 64, 100}) {
    INFO("blocks of " << block_frames << " frames");
    const Separation parts = separate(models, mixture, block_frames);
    check_equal(whole, parts);
    CHECK(parts.report.factorisation.iterations == whole.report.factorisation.iterations);
  }
}

}  // namespace

TEST_CASE("blocks of any size give the stems of one block") {
  check_all_blocks(plain_models(), {noise(1, 2000, 2), 22050});
  for (const Index frames : {1, 3, 4, 5, 15, 16, 17, 128})
    check_all_blocks(plain_models(), {noise(2, frames, 1), 22050});
}

TEST_CASE("blocks overlap as far as atoms and ensembles reach, and give the stems of one") {
  for (const int context : {1, 3, 5, 7})
    for (const int members : {1, 2}) {
      INFO("context " << context << ", members " << members);
      check_all_blocks(paired_models(context, members), {noise(3, 1000, 2), 22050});
    }
}

TEST_CASE("a mixture at another rate gives the same stems in any blocks") {
  for (const int rate : {8000, 22051, 44100})
    check_all_blocks(plain_models(), {noise(4, 3000, 2), rate});
}

TEST_CASE("blocks on 1, 2 and 7 threads give the same stems") {
  const AudioBuffer mixture{noise(5, 4000, 2), 22050};
  const Separation expected = separate(paired_models(3, 1), mixture, enough_for_all);
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    check_equal(expected, separate(paired_models(3, 1), mixture, 50));
  }
}

TEST_CASE("the cost of blocks adds up to that of one") {
  const AudioBuffer mixture{noise(6, 2000, 1), 22050};
  const NmfReport whole = separate(plain_models(), mixture, enough_for_all).report.factorisation;
  const NmfReport parts = separate(plain_models(), mixture, 20).report.factorisation;
  REQUIRE(parts.cost.size() == whole.cost.size());
  for (std::size_t i = 0; i < whole.cost.size(); ++i) {
    CHECK(parts.cost[i].iteration == whole.cost[i].iteration);
    CHECK(parts.cost[i].cost == Approx(whole.cost[i].cost));
  }
}

TEST_CASE("a sink is handed equally long pieces of all stems, in their order") {
  const Separator separator(analysis, objective, make_decomposer(plain_models(), {}, nmf_options()),
                            {10});
  const AudioBuffer mixture{noise(7, 1000, 2), 22050};
  BufferSource source(mixture, "mixture");
  std::size_t expected = 0;
  Index rows = 0;
  Index total = 0;
  Diagnostics diagnostics;
  const auto sink = [&](std::size_t stem, const MatrixView& samples, const MatrixView& of) {
    CHECK(of.rows() == samples.rows());
    CHECK(stem == expected);
    CHECK(samples.cols() == 2);
    if (stem == 1) CHECK(samples.rows() == rows);
    rows = samples.rows();
    total += rows;
    expected = 1 - stem;
  };
  separator.separate(source, sink, diagnostics);
  CHECK(total == 2 * 1000);
}

TEST_CASE("a separation can be cancelled in any block, and at every call") {
  const Separator separator(analysis, objective, make_decomposer(plain_models(), {}, nmf_options()),
                            {10});
  const AudioBuffer mixture{noise(8, 1000, 1), 22050};
  Diagnostics diagnostics;
  int calls = 0;
  separator.separate(mixture, "mixture", diagnostics, [&](const Progress& progress) {
    ++calls;
    CHECK(progress.total == Stft(analysis.stft).frames(1000));
    CHECK(progress.done <= progress.total);
    return Answer::proceed;
  });
  CHECK(calls > 50);
  for (int last = 0; last < calls; last += 7) {
    int left = last;
    CHECK_THROWS_AS(separator.separate(mixture, "mixture", diagnostics,
                                       [&](const Progress&) {
                                         return left-- == 0 ? Answer::cancel : Answer::proceed;
                                       }),
                    Cancelled);
  }
}

TEST_CASE("progress is never asked twice at once, nor again after it asked to cancel") {
  const Separator separator(analysis, objective, make_decomposer(plain_models(), {}, nmf_options()),
                            {10});
  const AudioBuffer mixture{noise(10, 4000, 2), 22050};
  Diagnostics diagnostics;
  for (int last = 1; last < 300; last += 13) {
    std::atomic<int> inside = 0;
    std::atomic<bool> overlapped = false;
    int left = last;
    const auto answer = [&](const Progress&) {
      if (++inside > 1) overlapped = true;
      const bool cancels = --left <= 0;
      --inside;
      return cancels ? Answer::cancel : Answer::proceed;
    };
    test::on_threads(4, [&] {
      CHECK_THROWS_AS(separator.separate(mixture, "mixture", diagnostics, answer), Cancelled);
    });
    CHECK_FALSE(overlapped);
    CHECK(left == 0);
  }
}

TEST_CASE("what a sink throws reaches the caller, and nothing of later blocks reaches the sink") {
  const Separator separator(analysis, objective, make_decomposer(plain_models(), {}, nmf_options()),
                            {10});
  const AudioBuffer mixture{noise(11, 2000, 2), 22050};
  Diagnostics diagnostics;
  for (const int threads : {1, 2, 7})
    for (int last = 0; last < 60; last += 7) {
      BufferSource source(mixture, "mixture");
      int left = last;
      const auto sink = [&](std::size_t, const MatrixView&, const MatrixView&) {
        if (left-- == 0) throw FileError("no room");
      };
      test::on_threads(threads, [&] {
        CHECK_THROWS_WITH(separator.separate(source, sink, diagnostics), "no room");
      });
      CHECK(left == -1);
    }
}

namespace {

/// Audio that breaks off after some frames.
class BreakingSource final : public AudioSource {
 public:
  BreakingSource(const AudioBuffer& audio, Index last) : source_(audio, "mixture"), left_(last) {}
  std::string name() const override { return source_.name(); }
  const AudioInfo& info() const override { return source_.info(); }
  Index read(Eigen::Ref<Matrix> block) override {
    left_ -= block.rows();
    if (left_ < 0) throw AudioFileError("broken off");
    return source_.read(block);
  }

 private:
  BufferSource source_;
  Index left_;
};

}  // namespace

TEST_CASE("what the mixture throws reaches the caller after the blocks that were read before") {
  const Separator separator(analysis, objective, make_decomposer(plain_models(), {}, nmf_options()),
                            {10});
  const AudioBuffer mixture{noise(12, 2000, 1), 22050};
  const Matrix whole = separate(plain_models(), mixture, 10).stems[1].audio.samples;
  Diagnostics diagnostics;
  for (const int threads : {1, 2, 7})
    for (const Index last : {0, 52, 500, 1500}) {
      BreakingSource source(mixture, last);
      std::vector<float> samples;
      const auto sink = [&](std::size_t stem, const MatrixView& piece, const MatrixView&) {
        if (stem == 1) samples.insert(samples.end(), piece.data(), piece.data() + piece.rows());
      };
      test::on_threads(threads, [&] {
        CHECK_THROWS_WITH(separator.separate(source, sink, diagnostics), "broken off");
      });
      // A block takes 40 samples, and gives as many but for 12 of padding before the first.
      CHECK(static_cast<Index>(samples.size()) == std::max<Index>(0, last / 40 * 40 - 12));
      CHECK(std::equal(samples.begin(), samples.end(), whole.data()));
    }
}

TEST_CASE("a block of no frames is refused") {
  CHECK_THROWS_WITH(Separator(analysis, objective,
                              make_decomposer(plain_models(), {}, nmf_options()), {Index{0}}),
                    contains("block_frames = 0"));
}

TEST_CASE("a mixture that would take too much memory is refused before it is worked on") {
  const AudioBuffer mixture{noise(9, 20000, 2), 22050};
  const auto separate_within = [&](double bytes) {
    SeparatorOptions options;
    options.max_memory = bytes;
    const Separator separator(analysis, objective,
                              make_decomposer(plain_models(), {{"rest", 3}}, nmf_options()),
                              options);
    Diagnostics diagnostics;
    return separator.separate(mixture, "'mixture'", diagnostics);
  };
  CHECK_THROWS_WITH(separate_within(10e6),
                    contains("'mixture'") && contains("more than the 9 MiB"));
  CHECK(separate_within(200e6).stems.size() == 3);
  CHECK_THROWS_AS(separate_within(0), InvalidArgument);
}
