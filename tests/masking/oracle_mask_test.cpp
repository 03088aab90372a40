#include "nmfsep/masking/oracle_mask.hpp"

#include <cmath>
#include <complex>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

constexpr Index bins = 5;
constexpr Index frames = 4;

/// Random spectra, some of them zero.
Spectrogram random_spectrogram(Random& random, std::size_t channels) {
  Spectrogram result{std::vector(channels, ComplexMatrix(bins, frames)), 100, 8000};
  for (ComplexMatrix& channel : result.channels)
    for (auto& value : channel.reshaped())
      value =
          random.uniform() < 0.2F ? 0.0F : std::complex(random.uniform() - 0.5F, random.uniform());
  return result;
}

struct Scene {
  std::vector<Spectrogram> sources;
  Spectrogram mixture;
};

Scene random_scene(Random& random) {
  Scene scene;
  const auto channels = static_cast<std::size_t>(1 + random.below(2));
  const auto sources = 1 + random.below(4);
  for (std::uint64_t s = 0; s < sources; ++s)
    scene.sources.push_back(random_spectrogram(random, channels));
  scene.mixture = scene.sources.front();
  for (std::size_t s = 1; s < scene.sources.size(); ++s)
    for (std::size_t c = 0; c < channels; ++c)
      scene.mixture.channels[c] += scene.sources[s].channels[c];
  return scene;
}

/// The definitions, literally.
double literal_mask(const Scene& scene, std::size_t s, Index bin, Index column, OracleMask kind) {
  const auto at = [&](const Spectrogram& spectrogram) {
    return std::complex<double>(
        spectrogram.channels[static_cast<std::size_t>(column / frames)](bin, column % frames));
  };
  const double own = std::abs(at(scene.sources[s]));
  if (kind == OracleMask::phase_sensitive) {
    const std::complex<double> mixture = at(scene.mixture);
    return mixture == 0.0 ? 0.0 : std::clamp((at(scene.sources[s]) / mixture).real(), 0.0, 1.0);
  }
  double sum = 0.0;
  bool loudest = true;
  const double exponent = kind == OracleMask::power_ratio ? 2.0 : 1.0;
  for (std::size_t other = 0; other < scene.sources.size(); ++other) {
    const double magnitude = std::abs(at(scene.sources[other]));
    sum += std::pow(magnitude, exponent);
    if (magnitude > own || (magnitude == own && other < s)) loudest = false;
  }
  if (kind == OracleMask::binary) return loudest ? 1.0 : 0.0;
  return sum == 0.0 ? 1.0 / static_cast<double>(scene.sources.size())
                    : std::pow(own, exponent) / sum;
}

constexpr OracleMask all_kinds[] = {OracleMask::binary, OracleMask::ratio, OracleMask::power_ratio,
                                    OracleMask::phase_sensitive};

}  // namespace

TEST_CASE("oracle masks are what their definitions say, for hundreds of random scenes") {
  Random random(1);
  for (int problem = 0; problem < 300; ++problem) {
    const Scene scene = random_scene(random);
    for (const OracleMask kind : all_kinds) {
      const auto masks = oracle_masks(scene.sources, scene.mixture, kind);
      REQUIRE(masks.size() == scene.sources.size());
      for (std::size_t s = 0; s < masks.size(); ++s)
        for (Index column = 0; column < masks[s].cols(); ++column)
          for (Index bin = 0; bin < bins; ++bin)
            REQUIRE(masks[s](bin, column) ==
                    Approx(literal_mask(scene, s, bin, column, kind)).margin(1e-5));
    }
  }
}

TEST_CASE("oracle masks but the phase-sensitive share every bin out") {
  Random random(2);
  for (int problem = 0; problem < 100; ++problem) {
    const Scene scene = random_scene(random);
    for (const OracleMask kind : {OracleMask::binary, OracleMask::ratio, OracleMask::power_ratio}) {
      const auto masks = oracle_masks(scene.sources, scene.mixture, kind);
      Matrix sum = Matrix::Zero(masks[0].rows(), masks[0].cols());
      for (const Matrix& mask : masks) sum += mask;
      REQUIRE((sum.array() - 1).abs().maxCoeff() < 1e-6F);
    }
  }
}

TEST_CASE("oracle masks of the only source leave the mixture as it is") {
  Random random(3);
  const Spectrogram source = random_spectrogram(random, 1);
  const std::vector<Spectrogram> sources = {source};
  for (const OracleMask kind : all_kinds) {
    const Matrix mask = oracle_masks(sources, source, kind)[0];
    CHECK((source.channels[0].cwiseProduct(mask) - source.channels[0]).norm() < 1e-6F);
  }
}

TEST_CASE("oracle masks refuse no sources, and shapes that differ") {
  Random random(4);
  const Spectrogram mono = random_spectrogram(random, 1);
  const std::vector<Spectrogram> stereo = {random_spectrogram(random, 2)};
  for (const OracleMask kind : all_kinds) {
    CHECK_THROWS_AS(oracle_masks({}, mono, kind), InvalidArgument);
    CHECK_THROWS_WITH(oracle_masks(stereo, mono, kind), contains("differ in shape"));
  }
}
