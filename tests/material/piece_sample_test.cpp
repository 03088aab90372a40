#include "material/piece_sample.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace nmfsep;

namespace {

constexpr Index piece = 1 << 19;  // samples of a whole one

/// A ramp in each channel, which tells the place and the recording.
AudioBuffer numbered(Index recording, Index frames, Index channels = 1) {
  return {Matrix::NullaryExpr(frames, channels,
                              [=](Index n, Index c) {
                                return static_cast<float>(n + 1'000'000 * (recording + c));
                              }),
          8000};
}

std::vector<AudioBuffer> sampled(const std::vector<AudioBuffer>& recordings, Index most_samples,
                                 std::uint64_t seed = 0) {
  PieceSample sample(most_samples, seed);
  for (const AudioBuffer& recording : recordings) {
    BufferSource source(recording, "recording");
    sample.add(source, {}, {"reading", 0, 1, {}});
  }
  return sample.take();
}

Index samples_of(const std::vector<AudioBuffer>& recordings) {
  Index samples = 0;
  for (const AudioBuffer& recording : recordings) samples += recording.samples.size();
  return samples;
}

bool is_same(const AudioBuffer& one, const AudioBuffer& other) {
  return one.samples.rows() == other.samples.rows() && one.samples.cols() == other.samples.cols() &&
         one.samples == other.samples;
}

/// The pieces of a single recording that algorithm R keeps, by their place.
std::vector<Index> reservoir(Index pieces, std::size_t places, std::uint64_t seed) {
  Random random(seed);
  std::vector<Index> kept;
  for (Index n = 0; n < pieces; ++n) {
    if (kept.size() < places) {
      kept.push_back(n);
    } else if (const auto place = random.below(static_cast<std::uint64_t>(n) + 1); place < places) {
      kept[place] = n;
    }
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace

TEST_CASE("a recording that just fits is taken whole, and of one sample more a piece is lost") {
  for (const Index channels : {1, 2, 3}) {
    const std::vector<AudioBuffer> recording{numbered(0, 5 * piece / 2 / channels, channels)};
    const std::vector<AudioBuffer> whole = sampled(recording, samples_of(recording));
    REQUIRE(whole.size() == 1);
    CHECK(is_same(whole[0], recording[0]));
    CHECK(samples_of(sampled(recording, samples_of(recording) - 1)) < samples_of(recording));
  }
}

TEST_CASE("short recordings are counted by what they hold") {
  std::vector<AudioBuffer> recordings;
  for (Index r = 0; r < 60; ++r) recordings.push_back(numbered(r, piece / 20));
  const Index all = samples_of(recordings);
  CHECK(sampled(recordings, all).size() == 60);
  for (const std::uint64_t seed : {1, 2, 3})
    CHECK(samples_of(sampled(recordings, all / 2, seed)) == all / 2);
}

TEST_CASE("of whole pieces algorithm R keeps as many as there is room for") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    std::vector<Index> kept;
    for (const AudioBuffer& run : sampled({numbered(0, 8 * piece)}, 3 * piece + piece / 2, seed))
      for (Index n = 0; n < run.length(); n += piece)
        kept.push_back(static_cast<Index>(run.samples(n, 0)) / piece);
    CHECK(kept == reservoir(8, 3, seed));
  }
}

TEST_CASE("of recordings of any length and channels no more is kept than asked for") {
  Random random(4);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::vector<AudioBuffer> recordings;
    for (Index r = 0; r < 12; ++r) {
      const auto channels = static_cast<Index>(1 + random.below(3));
      const Index most = random.below(2) == 0 ? piece / 50 : piece;
      recordings.push_back(numbered(
          r, 1 + static_cast<Index>(random.below(static_cast<std::uint64_t>(most))), channels));
    }
    const Index limit = piece + static_cast<Index>(random.below(4 * piece));
    const std::vector<AudioBuffer> kept = sampled(recordings, limit, seed);
    const bool fits = samples_of(recordings) <= limit;
    CHECK(samples_of(kept) <= std::max(limit, piece));
    CHECK((samples_of(kept) == samples_of(recordings)) == fits);
    const std::vector<AudioBuffer> again = sampled(recordings, limit, seed);
    CHECK(std::equal(kept.begin(), kept.end(), again.begin(), again.end(), is_same));
    for (const AudioBuffer& run : kept)  // as it was, without a gap
      CHECK(run.samples(run.length() - 1, 0) - run.samples(0, 0) ==
            static_cast<float>(run.length() - 1));
  }
}

TEST_CASE("every piece has the same chance to be kept, whenever it comes") {
  std::vector<AudioBuffer> recordings;
  for (Index r = 0; r < 10; ++r) recordings.push_back(numbered(r, 1 << 12));
  std::vector<int> times(recordings.size(), 0);
  for (std::uint64_t seed = 0; seed < 1000; ++seed)
    for (const AudioBuffer& run : sampled(recordings, 4 << 12, seed))
      ++times[static_cast<std::size_t>(run.samples(0, 0) / 1'000'000)];
  for (const int kept : times) CHECK(kept == Approx(400).margin(80));  // five standard deviations
}

TEST_CASE("where a long piece takes the place of a short one, any other may have to go") {
  std::vector<AudioBuffer> recordings;
  for (Index r = 0; r < 8; ++r) recordings.push_back(numbered(r, 512));
  for (Index r = 8; r < 12; ++r) recordings.push_back(numbered(r, 1 << 12));
  std::vector<int> times(recordings.size(), 0);
  for (std::uint64_t seed = 0; seed < 1000; ++seed)
    for (const AudioBuffer& run : sampled(recordings, 8192, seed))
      ++times[static_cast<std::size_t>(run.samples(0, 0) / 1'000'000)];
  const auto [least, most] = std::minmax_element(times.begin(), times.begin() + 8);
  CHECK(*least > 100);
  CHECK(*most < 900);
  CHECK(*most - *least < 110);  // five deviations of a difference of two
}
