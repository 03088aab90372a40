#include "nmfsep/masking/wiener_mask.hpp"

#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <limits>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

/// Estimates with zeros here and there, over many orders of magnitude.
std::vector<SourceEstimate> random_estimates(Random& random) {
  const auto sources = 1 + random.below(5);
  const auto bins = static_cast<Index>(1 + random.below(20));
  const auto frames = static_cast<Index>(1 + random.below(20));
  std::vector<SourceEstimate> estimates;
  for (std::uint64_t s = 0; s < sources; ++s) {
    Matrix magnitudes(bins, frames);
    for (float& value : magnitudes.reshaped())
      value = random.uniform() < 0.3F ? 0 : std::pow(10.0F, 20 * random.uniform() - 15);
    estimates.push_back({fmt::format("s{}", s), magnitudes});
  }
  return estimates;
}

/// The definition, literally and in long double.
long double literal_mask(const std::vector<SourceEstimate>& estimates, std::size_t source,
                         Index bin, Index frame, double exponent) {
  long double sum = 0;
  for (const SourceEstimate& estimate : estimates)
    sum += std::pow(static_cast<long double>(estimate.magnitudes(bin, frame)), exponent);
  if (sum == 0) return 1.0L / static_cast<long double>(estimates.size());
  const long double own = estimates[source].magnitudes(bin, frame);
  return std::pow(own, static_cast<long double>(exponent)) / sum;
}

}  // namespace

TEST_CASE("masks are V_s^p over the sum of all, for hundreds of random estimates") {
  Random random(1);
  for (int problem = 0; problem < 300; ++problem) {
    const auto estimates = random_estimates(random);
    const double usual[] = {1.0, 1.5, 2.0};
    const double exponent = problem % 2 == 0 ? usual[problem / 2 % 3] : 0.2 + 3 * random.uniform();
    const auto masks = wiener_masks(estimates, exponent);
    REQUIRE(masks.size() == estimates.size());
    for (std::size_t s = 0; s < masks.size(); ++s)
      for (Index f = 0; f < masks[s].rows(); ++f)
        for (Index t = 0; t < masks[s].cols(); ++t)
          REQUIRE(
              masks[s](f, t) ==
              Approx(static_cast<double>(literal_mask(estimates, s, f, t, exponent))).margin(1e-6));
  }
}

TEST_CASE("the usual exponents give what pow does, to float's rounding") {
  Random random(3);
  for (int problem = 0; problem < 300; ++problem) {
    const auto estimates = random_estimates(random);
    for (const double exponent : {1.0, 1.5, 2.0}) {
      // The next float has no way of its own.
      const double beside = std::nextafter(static_cast<float>(exponent), 3.0F);
      const auto masks = wiener_masks(estimates, exponent);
      const auto by_pow = wiener_masks(estimates, beside);
      for (std::size_t s = 0; s < masks.size(); ++s)
        REQUIRE((masks[s] - by_pow[s]).cwiseAbs().maxCoeff() < 2e-6F);
    }
  }
}

TEST_CASE("a filter gives each source the mixture under its mask, from any column on") {
  Random random(4);
  for (int problem = 0; problem < 100; ++problem) {
    const auto estimates = random_estimates(random);
    const double exponent = problem % 2 == 0 ? 1.5 : 0.7;
    const auto masks = wiener_masks(estimates, exponent);
    const Index columns = masks[0].cols();
    const auto first = static_cast<Index>(random.below(static_cast<std::uint64_t>(columns)));
    const ComplexMatrix mixture = ComplexMatrix::NullaryExpr(masks[0].rows(), columns - first, [&] {
      return std::complex<float>(random.uniform() - 0.5F, random.uniform() - 0.5F);
    });
    std::vector<ComplexMatrix> spectra(masks.size(), ComplexMatrix(mixture.rows(), mixture.cols()));
    std::vector<Eigen::Ref<ComplexMatrix>> sources(spectra.begin(), spectra.end());
    WienerFilter(estimates, exponent).apply(mixture, first, sources);
    for (std::size_t s = 0; s < masks.size(); ++s)
      REQUIRE(spectra[s] == mixture.cwiseProduct(masks[s].rightCols(mixture.cols())));
  }
}

TEST_CASE("a filter without an exponent takes the estimates for masks, as they are") {
  const std::vector<SourceEstimate> masks = {{"a", Matrix{{0.25F, 1}, {0, 0.5F}}},
                                             {"b", Matrix{{1, 0.125F}, {0, 0.25F}}}};
  const ComplexMatrix mixture{{{4, 8}}, {{2, 0}}};
  std::vector<ComplexMatrix> spectra(2, ComplexMatrix(2, 1));
  std::vector<Eigen::Ref<ComplexMatrix>> sources(spectra.begin(), spectra.end());
  WienerFilter(masks, std::nullopt).apply(mixture, 1, sources);
  CHECK(spectra[0] == ComplexMatrix{{{4, 8}}, {{1, 0}}});
  CHECK(spectra[1] == ComplexMatrix{{{0.5F, 1}}, {{0.5F, 0}}});
}

TEST_CASE("masks lie between 0 and 1 and sum to one, whatever the exponent") {
  Random random(2);
  for (int problem = 0; problem < 300; ++problem) {
    const auto estimates = random_estimates(random);
    const double exponent = std::pow(10.0, 6 * random.uniform() - 3);
    const auto masks = wiener_masks(estimates, exponent);
    Matrix sum = Matrix::Zero(masks[0].rows(), masks[0].cols());
    for (const Matrix& mask : masks) {
      REQUIRE(mask.minCoeff() >= 0);
      REQUIRE(mask.maxCoeff() <= 1);
      sum += mask;
    }
    REQUIRE((sum.array() - 1).abs().maxCoeff() < 1e-6F);
  }
}

TEST_CASE("where nothing explains a bin the sources share it equally") {
  const std::vector<SourceEstimate> silence(4, {"s", Matrix::Zero(3, 2)});
  for (const Matrix& mask : wiener_masks(silence, 2)) CHECK((mask.array() == 0.25F).all());
}

TEST_CASE("magnitudes at either end of float's range give masks without NaN") {
  for (const float scale : {std::numeric_limits<float>::denorm_min(), 1e-38F, 1e38F}) {
    const std::vector<SourceEstimate> estimates{{"a", Matrix::Constant(1, 1, scale)},
                                                {"b", Matrix::Constant(1, 1, scale)}};
    for (const Matrix& mask : wiener_masks(estimates, 3)) CHECK(mask(0, 0) == 0.5F);
  }
}

TEST_CASE("a larger exponent gives more of a bin to the louder source") {
  const std::vector<SourceEstimate> estimates{{"loud", Matrix::Constant(1, 1, 2)},
                                              {"soft", Matrix::Constant(1, 1, 1)}};
  CHECK(wiener_masks(estimates, 1)[0](0, 0) == Approx(2.0 / 3));
  CHECK(wiener_masks(estimates, 2)[0](0, 0) == Approx(4.0 / 5));
}

TEST_CASE("a mask scales each channel's own bins and leaves the phase alone") {
  Spectrogram mixture{
      {ComplexMatrix::Constant(2, 3, {3, 4}), ComplexMatrix::Constant(2, 3, {0, 1})}, 100, 8000};
  Matrix mask(2, 6);
  mask.leftCols(3).setConstant(0.5F);
  mask.rightCols(3).setConstant(0.25F);
  const Spectrogram masked = apply_mask(mixture, mask);
  CHECK(masked.channels[0] == ComplexMatrix::Constant(2, 3, {1.5F, 2}));
  CHECK(masked.channels[1] == ComplexMatrix::Constant(2, 3, {0, 0.25F}));
  CHECK(masked.samples == 100);
  CHECK(masked.sample_rate == 8000);
}

TEST_CASE("masks refuse no estimates, shapes that differ, and exponents that are not positive") {
  const std::vector<SourceEstimate> pair{{"a", Matrix::Ones(2, 2)}, {"b", Matrix::Ones(2, 3)}};
  CHECK_THROWS_AS(wiener_masks({}, 1), InvalidArgument);
  CHECK_THROWS_WITH(wiener_masks(pair, 1), contains("'b' is 2 × 3"));
  CHECK_THROWS_WITH(WienerFilter(pair, 1), contains("'b' is 2 × 3"));
  CHECK_THROWS_WITH(WienerFilter(std::span(pair).first(1), 0), contains("exponent"));
  for (const double exponent : {0.0, -1.0, std::nan(""), HUGE_VAL})
    CHECK_THROWS_WITH(wiener_masks(std::span(pair).first(1), exponent), contains("exponent"));
}
