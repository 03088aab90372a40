#include "nmfsep/material/random_mixtures.hpp"

#include <algorithm>
#include <cmath>

#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/two_tones.hpp"

using namespace nmfsep;

namespace {

RandomMixing small() {
  RandomMixing mixing;
  mixing.stft = {256, 64, Window::hann};
  mixing.frames = 20;
  mixing.silence = 0;
  return mixing;
}

MixedPiece draw(const RandomMixtures& mixtures, std::uint64_t seed) {
  Random random(seed);
  return mixtures.draw(random);
}

/// Of a spectrum's mean power, dB.
double level(const ComplexMatrix& S) {
  return 10 * std::log10(S.squaredNorm() / static_cast<float>(S.size()));
}

/// The bin with most energy.
Index peak(const ComplexMatrix& S) {
  Index bin = 0;
  S.cwiseAbs2().rowwise().sum().maxCoeff(&bin);
  return bin;
}

}  // namespace

TEST_CASE("a random mixture is the same for a seed, and never the same for another") {
  const RandomMixtures mixtures(test::two_tones(2), small());
  const MixedPiece first = draw(mixtures, 7);
  CHECK((first.mixture == draw(mixtures, 7).mixture));
  std::vector<ComplexMatrix> all;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    all.push_back(draw(mixtures, seed).mixture);
    for (std::size_t before = 0; before + 1 < all.size(); ++before)
      CHECK_FALSE(all[before].isApprox(all.back(), 1e-3F));
  }
}

TEST_CASE("a random mixture is the sum of its sources") {
  const MixedPiece piece = draw(RandomMixtures(test::two_tones(2), small()), 3);
  REQUIRE(piece.sources.size() == 2);
  CHECK(piece.mixture.rows() == 129);
  CHECK(piece.mixture.cols() == 20);
  CHECK((piece.mixture == piece.sources[0] + piece.sources[1]));
}

TEST_CASE("sources of random mixtures differ in level and speed as much as was asked") {
  const std::vector<SourceAudio> noises{{"a", "a.wav", {{test::noise(1, 40000), 8000}}},
                                        {"b", "b.wav", {{test::noise(2, 40000, 1, 0.01F), 8000}}}};
  RandomMixing mixing = small();
  mixing.level_range = 6;
  const RandomMixtures mixtures(noises, mixing);
  std::vector<double> levels;
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    for (const ComplexMatrix& S : draw(mixtures, seed).sources) levels.push_back(level(S));
  const auto [least, most] = std::minmax_element(levels.begin(), levels.end());
  CHECK(*most - *least > 10);  // 12 and what noise itself wanders
  CHECK(*most - *least < 14);

  mixing.speed_range = 1;
  const RandomMixtures tones({{"tone", "t.wav", {test::tone(1000, 3, 8000)}}}, mixing);
  std::vector<Index> peaks;
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    peaks.push_back(peak(draw(tones, seed).sources[0]));
  const auto [lowest, highest] = std::minmax_element(peaks.begin(), peaks.end());
  CHECK(*lowest >= 16);  // of 31.25 Hz: an octave below the tone
  CHECK(*lowest <= 18);
  CHECK(*highest >= 57);  // an octave above
  CHECK(*highest <= 64);
}

TEST_CASE("a source of a random mixture is silent as often as was asked") {
  RandomMixing mixing = small();
  mixing.silence = 0.25;
  const RandomMixtures mixtures(test::two_tones(2), mixing);
  int silent = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    for (const ComplexMatrix& S : draw(mixtures, seed).sources) silent += S.isZero(0) ? 1 : 0;
  CHECK(silent > 60);  // of 100 on the mean, with a deviation of 9
  CHECK(silent < 140);
}

TEST_CASE("random mixtures of recordings shorter than a piece go round") {
  const RandomMixtures mixtures(test::two_tones(0.05), small());
  const MixedPiece piece = draw(mixtures, 1);
  CHECK(piece.mixture.allFinite());
  CHECK(piece.sources[0].col(19).norm() > 0);
}
