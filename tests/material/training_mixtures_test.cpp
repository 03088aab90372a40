#include "nmfsep/material/training_mixtures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "nmfsep/stft/spectrogram.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/sounds.hpp"

using namespace nmfsep;

namespace {

/// Two noises, one of them forty times as loud as the other.
std::vector<SourceAudio> noises() {
  return {{"loud", "loud.wav", {{test::noise(1, 40000, 1, 0.8F), 8000}}},
          {"quiet", "quiet.wav", {{test::noise(2, 30000, 1, 0.02F), 8000}}}};
}

/// Of each piece's mean power, dB.
std::vector<double> levels(const Matrix& magnitudes, Index pieces) {
  const Index frames = magnitudes.cols() / pieces;
  std::vector<double> result;
  for (Index piece = 0; piece < pieces; ++piece)
    result.push_back(
        10 * std::log10(magnitudes.middleCols(piece * frames, frames).cast<double>().squaredNorm() /
                        static_cast<double>(magnitudes.rows() * frames)));
  return result;
}

}  // namespace

TEST_CASE("in training mixtures each source's level lies up to 6 dB about one mean") {
  MixingOptions options;
  options.seconds = 120;
  options.stft = StftOptions::for_sample_rate(8000);
  Random random(3);
  const TrainingMixtures made = make_mixtures(noises(), options, random);
  REQUIRE(made.pieces == 40);
  REQUIRE(made.sources.size() == 2);
  std::vector<std::vector<double>> of_sources;
  for (const Matrix& source : made.sources) {
    REQUIRE(source.cols() == made.mixture.cols());
    std::vector<double> found = levels(source, made.pieces);
    const auto [least, most] = std::minmax_element(found.begin(), found.end());
    CHECK(*most - *least > 9);  // of 12: forty draws do not all miss both ends
    CHECK(*most - *least < 12.5);
    of_sources.push_back(std::move(found));
  }
  // Whatever their recordings' levels are, none is the louder one throughout …
  int louder = 0;
  for (std::size_t piece = 0; piece < 40; ++piece)
    louder += of_sources[0][piece] > of_sources[1][piece] ? 1 : 0;
  CHECK(louder > 8);
  CHECK(louder < 32);
  // … and a piece's mixture has the power of both.
  const std::vector<double> of_mixture = levels(made.mixture, made.pieces);
  for (std::size_t piece = 0; piece < 40; ++piece)
    CHECK(of_mixture[piece] == Approx(10 * std::log10(std::pow(10, of_sources[0][piece] / 10) +
                                                      std::pow(10, of_sources[1][piece] / 10)))
                                   .margin(0.5));
}

TEST_CASE("training mixtures take their pieces from all over a recording, and go round its end") {
  // Ten seconds, each a tone of its own: the loudest bin says which second a frame is from.
  constexpr int rate = 8000;
  Matrix samples(10 * rate, 1);
  for (Index n = 0; n < samples.rows(); ++n) {
    const double frequency = 500.0 + 250.0 * static_cast<double>(n / rate);
    samples(n, 0) = static_cast<float>(
        std::sin(2 * std::numbers::pi * frequency * static_cast<double>(n) / rate));
  }
  const std::vector<SourceAudio> sources = {{"scale", "scale.wav", {{samples, rate}}},
                                            {"noise", "noise.wav", {{test::noise(1, rate), rate}}}};
  MixingOptions options;
  options.seconds = 60;
  options.stft = StftOptions::for_sample_rate(rate);
  Random random(5);
  const TrainingMixtures made = make_mixtures(sources, options, random);
  const Index frames = made.sources[0].cols() / made.pieces;
  const double bin = static_cast<double>(rate) / static_cast<double>(options.stft.fft_size);
  std::set<long> heard;
  bool went_round = false;
  long before = 0;
  for (Index t = 0; t < made.sources[0].cols(); ++t) {
    Index loudest = 0;
    made.sources[0].col(t).maxCoeff(&loudest);
    const long second = std::lround((static_cast<double>(loudest) * bin - 500.0) / 250.0);
    heard.insert(second);
    went_round = went_round || (t % frames != 0 && before == 9 && second == 0);
    before = second;
  }
  CHECK(heard == std::set<long>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(went_round);
}
