#include "nmfsep/material/training_mixtures.hpp"

#include <algorithm>
#include <cmath>

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
