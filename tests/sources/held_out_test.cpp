#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/mask_network/mask_training.hpp"
#include "sources/mask_network/held_out_mixtures.hpp"
#include "support/catch.hpp"
#include "support/threads.hpp"
#include "support/two_tones.hpp"

using namespace nmfsep;

namespace {

const StftOptions small_stft{256, 64, Window::hann};

MaskNetOptions small_net(int steps) {
  MaskNetOptions options;
  options.steps = steps;
  options.form = MaskNetForm::dense;
  options.width = 8;
  options.context = 3;
  return options;
}

std::vector<int> steps_of(const std::vector<HeldOutLook>& looks) {
  std::vector<int> steps;
  for (const HeldOutLook& look : looks) steps.push_back(look.step);
  return steps;
}

int kept_step(const std::vector<HeldOutLook>& looks) {
  std::vector<int> steps;
  for (const HeldOutLook& look : looks)
    if (look.kept) steps.push_back(look.step);
  REQUIRE(steps.size() == 1);
  return steps[0];
}

/// The last look within a tenth of a decibel of the best.
int best_step(const std::vector<HeldOutLook>& looks) {
  double best = -1e30;
  for (const HeldOutLook& look : looks) best = std::max(best, static_cast<double>(look.sdr));
  int step = 0;
  for (const HeldOutLook& look : looks)
    if (static_cast<double>(look.sdr) >= best - 0.1) step = look.step;
  return step;
}

Index samples_of(const std::vector<SourceAudio>& sources) {
  Index count = 0;
  for (const SourceAudio& source : sources)
    for (const AudioBuffer& audio : source.recordings) count += audio.length();
  return count;
}

}  // namespace

TEST_CASE("a stretch of each recording is watched and not trained on, where it can be spared") {
  const auto long_ones = test::two_tones(20);
  const WatchedMaterial watched = watch(long_ones, small_stft, small_net(1));
  REQUIRE(watched.held_out);
  CHECK(samples_of(watched.training) == samples_of(long_ones) * 15 / 16);
  const auto short_ones = test::two_tones(5);
  CHECK(samples_of(watch(short_ones, small_stft, small_net(1)).training) ==
        samples_of(short_ones) - 2 * Index(0.55 * 8000));
  const auto shortest = test::two_tones(4);
  const WatchedMaterial unwatched = watch(shortest, small_stft, small_net(1));
  CHECK_FALSE(unwatched.held_out);
  CHECK(samples_of(unwatched.training) == samples_of(shortest));
  auto silent = test::two_tones(20);
  silent[1].recordings[0].samples.bottomRows(80000).setZero();  // the stretch begins at 60 %
  CHECK_FALSE(watch(silent, small_stft, small_net(1)).held_out);
}

TEST_CASE("the held-out SDR is that of the masks, over all pieces") {
  const WatchedMaterial watched = watch(test::two_tones(20), small_stft, small_net(1));
  const auto network_that_adds = [](float to_the_first) {
    Network network = make_network("dense 323 258 | bias 258", zero_parameter);
    network.parameters()[1]->topRows(129).setConstant(to_the_first);
    return network;
  };
  // Masks of a half leave half the difference of two sources, whose energies are within 8 dB.
  const double halves = watched.held_out->sdr_of(network_that_adds(0));
  CHECK(halves > 1);
  CHECK(halves < 3.5);
  // The first source is the mixture, and the second silence: 0 dB for it, the sources' ratio for
  // the other; the reverse for the reverse.
  const double first = watched.held_out->sdr_of(network_that_adds(100));
  const double second = watched.held_out->sdr_of(network_that_adds(-100));
  CHECK(first + second == Approx(0).margin(0.05));
}

TEST_CASE("training looks at held-out mixtures eight times and keeps what separates them best") {
  MaskNetOptions options = small_net(40);
  options.learning_rate = GENERATE(2e-3, 0.3);  // the second goes to and fro
  const MaskNet net = train_mask_net(test::two_tones(5), small_stft, options);
  CHECK(steps_of(net.looks) == std::vector<int>{5, 10, 15, 20, 25, 30, 35, 40});
  CHECK(net.steps == 40);
  CHECK(kept_step(net.looks) == best_step(net.looks));
  const WatchedMaterial watched = watch(test::two_tones(5), small_stft, options);
  const auto kept =
      std::find_if(net.looks.begin(), net.looks.end(), [](const auto& look) { return look.kept; });
  REQUIRE(kept != net.looks.end());
  CHECK(watched.held_out->sdr_of(net.networks[0]) == Approx(kept->sdr).margin(1e-4));
  if (options.learning_rate < 0.1) CHECK(net.looks.back().sdr > net.looks.front().sdr + 1);
}

TEST_CASE("the progress of a network's training says how well it separates held-out mixtures") {
  std::vector<double> told;
  const MaskNet net =
      train_mask_net(test::two_tones(5), small_stft, small_net(9), [&](const Progress& state) {
        if (state.held_out_sdr && (told.empty() || told.back() != *state.held_out_sdr))
          told.push_back(*state.held_out_sdr);
        return Answer::proceed;
      });
  REQUIRE(net.looks.size() == 8);
  CHECK(steps_of(net.looks) == std::vector<int>{2, 3, 4, 5, 6, 7, 8, 9});
  REQUIRE(told.size() == 7);  // the last one comes after the last step
  for (std::size_t i = 0; i < told.size(); ++i)
    CHECK(told[i] == Approx(net.looks[i].sdr).epsilon(1e-6));
}

TEST_CASE("an interrupted training keeps the best of what it looked at, and looks once more") {
  const MaskNet net = train_mask_net(
      test::two_tones(5), small_stft, small_net(320),
      [](const Progress& state) { return state.done >= 110 ? Answer::cancel : Answer::proceed; });
  CHECK(net.steps == 110);
  CHECK(steps_of(net.looks) == std::vector<int>{40, 80, 110});
  CHECK(kept_step(net.looks) == best_step(net.looks));
}

TEST_CASE("looks have the same bits on any number of threads") {
  std::vector<float> first;
  for (const int threads : {1, 2, 5})
    test::on_threads(threads, [&] {
      const MaskNet net = train_mask_net(test::two_tones(5), small_stft, small_net(4));
      std::vector<float> found;
      for (const HeldOutLook& look : net.looks) found.push_back(look.sdr);
      if (first.empty()) first = found;
      REQUIRE(found.size() == 4);
      CHECK(found == first);
    });
}

TEST_CASE("where nothing can be held out the last weights are kept") {
  const MaskNet net = train_mask_net(test::two_tones(2), small_stft, small_net(3));
  CHECK(net.looks.empty());
  CHECK(net.steps == 3);
  CHECK(net.networks.size() == 1);
}

TEST_CASE("networks of a set have different seeds, and each has its looks") {
  MaskNetOptions options = small_net(8);
  options.networks = 3;
  std::vector<std::int64_t> done;
  std::int64_t total = 0;
  const MaskNet net =
      train_mask_net(test::two_tones(5), small_stft, options, [&](const Progress& state) {
        done.push_back(state.done);
        total = state.total;
        return Answer::proceed;
      });
  REQUIRE(net.networks.size() == 3);
  CHECK(net.steps == 8);
  CHECK(net.looks.size() == 3 * 8);
  CHECK(net.looks[8].network == 1);
  CHECK(net.looks[8].step == 1);
  CHECK(total == 24);
  CHECK(done.back() == 23);
  CHECK(std::is_sorted(done.begin(), done.end()));
  const auto first = [&](std::size_t i) { return *net.networks[i].parameters()[0]; };
  CHECK_FALSE(first(0).isApprox(first(1), 0.1F));
  CHECK_FALSE(first(1).isApprox(first(2), 0.1F));
  options.networks = 1;
  const MaskNet alone = train_mask_net(test::two_tones(5), small_stft, options);
  CHECK((*alone.networks[0].parameters()[0] == first(0)));
}

TEST_CASE("an interrupted set keeps the networks that have all their steps") {
  MaskNetOptions options = small_net(8);
  options.networks = 3;
  const MaskNet net = train_mask_net(
      test::two_tones(2), small_stft, options,
      [](const Progress& state) { return state.done >= 20 ? Answer::cancel : Answer::proceed; });
  CHECK(net.networks.size() == 2);
  CHECK(net.steps == 8);
}
