#include "nmfsep/evaluation/energy_ratios.hpp"

#include <Eigen/QR>

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"
#include "support/synthetic_signals.hpp"

using namespace nmfsep;
using test::synthetic_signals;
using test::SyntheticSignals;

namespace {

Eigen::VectorXd line(const Signal& signal) { return signal.reshaped(); }

double ratio(const Eigen::VectorXd& signal, const Eigen::VectorXd& noise) {
  return 10.0 * std::log10(signal.squaredNorm() / noise.squaredNorm());
}

double power_ratio(double ratio_in_db) { return std::pow(10.0, -ratio_in_db / 10.0); }

}  // namespace

TEST_CASE("ratios without filters equal their definitions on random problems") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto channels = static_cast<Index>(1 + seed % 2);
    const auto signals = synthetic_signals({seed, static_cast<Index>(2 + seed % 3), channels, 200});
    const auto ratios = energy_ratios(signals.references, signals.estimates);
    Eigen::MatrixXd all(200 * channels, static_cast<Index>(signals.references.size()));
    for (Index j = 0; j < all.cols(); ++j)
      all.col(j) = line(signals.references[static_cast<std::size_t>(j)]);
    for (std::size_t j = 0; j < ratios.size(); ++j) {
      const Eigen::VectorXd s = line(signals.references[j]);
      const Eigen::VectorXd e = line(signals.estimates[j]);
      const Eigen::VectorXd target = e.dot(s) / s.squaredNorm() * s;
      const Eigen::VectorXd explained = all * all.colPivHouseholderQr().solve(e);
      CHECK(*ratios[j].snr == Approx(ratio(s, s - e)).margin(1e-9));
      CHECK(*ratios[j].si_sdr == Approx(ratio(target, e - target)).margin(1e-9));
      CHECK(*ratios[j].si_sir == Approx(ratio(target, explained - target)).margin(1e-9));
      CHECK(*ratios[j].si_sar == Approx(ratio(target, e - explained)).margin(1e-9));
      CHECK(*ratios[j].sd_sdr == Approx(ratio(target, s - e)).margin(1e-9));
      CHECK(*ratios[j].srr == Approx(ratio(target, s - target)).margin(1e-9));
      const double floor = 1e-7;
      CHECK(*ratios[j].mdx_sdr ==
            Approx(10.0 * std::log10((s.squaredNorm() + floor) / ((s - e).squaredNorm() + floor)))
                .margin(1e-9));
    }
  }
}

TEST_CASE("scale-invariant interference and artifacts add up to the distortion") {
  const auto signals = synthetic_signals({3, 3, 2, 5000});
  for (const EnergyRatios& ratios : energy_ratios(signals.references, signals.estimates))
    CHECK(power_ratio(*ratios.si_sdr) ==
          Approx(power_ratio(*ratios.si_sir) + power_ratio(*ratios.si_sar)));
}

TEST_CASE("the challenge's ratio has its floor where energies are as small") {
  Signal reference = Signal::Zero(100, 1);
  Signal estimate = Signal::Zero(100, 1);
  reference(0, 0) = std::sqrt(2e-7);
  estimate(0, 0) = reference(0, 0) + std::sqrt(3e-8);
  const std::vector<Signal> references = {reference};
  const std::vector<Signal> estimates = {estimate};
  CHECK(*energy_ratios(references, estimates)[0].mdx_sdr ==
        Approx(10.0 * std::log10(3e-7 / 1.3e-7)).margin(1e-9));
}

TEST_CASE("on request means count for nothing, but for SNR and the challenge's ratio") {
  const auto plain = synthetic_signals({3, 2, 2, 3000});
  auto shifted = plain;
  for (Signal& signal : shifted.references) signal.col(0).array() += 3.0;
  for (Signal& signal : shifted.estimates) signal.col(1).array() -= 5.0;
  const EnergyRatioOptions zero_mean{.zero_mean = true};
  const auto expected = energy_ratios(plain.references, plain.estimates, zero_mean);
  const auto ratios = energy_ratios(shifted.references, shifted.estimates, zero_mean);
  const auto with_means = energy_ratios(shifted.references, shifted.estimates);
  for (std::size_t j = 0; j < 2; ++j) {
    CHECK(*ratios[j].si_sdr == Approx(*expected[j].si_sdr).margin(1e-9));
    CHECK(*ratios[j].si_sir == Approx(*expected[j].si_sir).margin(1e-9));
    CHECK(*ratios[j].sd_sdr == Approx(*expected[j].sd_sdr).margin(1e-9));
    CHECK(*ratios[j].snr == *with_means[j].snr);
    CHECK(*ratios[j].mdx_sdr == *with_means[j].mdx_sdr);
    CHECK(*ratios[j].si_sdr - *with_means[j].si_sdr > 1.0);
  }
}

TEST_CASE("only the challenge's ratio is defined for silence") {
  auto signals = synthetic_signals({3, 2, 1, 500});
  signals.references[0].setZero();
  signals.estimates[0].setZero();
  const auto ratios = energy_ratios(signals.references, signals.estimates);
  CHECK(*ratios[0].mdx_sdr == 0.0);
  CHECK_FALSE(ratios[0].snr.has_value());
  CHECK_FALSE(ratios[0].si_sdr.has_value());
  CHECK(ratios[1].si_sdr.has_value());
  CHECK_FALSE(ratios[1].si_sir.has_value());
}

TEST_CASE("an estimate of opposite sign is perfect to scale-invariant ratios alone") {
  auto signals = synthetic_signals({3, 2, 1, 500});
  signals.estimates[0] = -2.0 * signals.references[0];
  const auto ratios = energy_ratios(signals.references, signals.estimates);
  CHECK(*ratios[0].si_sdr > 150.0);
  CHECK(*ratios[0].snr == Approx(-20.0 * std::log10(3.0)));
}

TEST_CASE("ratios refuse signals of different lengths") {
  auto signals = synthetic_signals({3, 2, 1, 500});
  signals.estimates[1].conservativeResize(501, 1);
  CHECK_THROWS_AS(energy_ratios(signals.references, signals.estimates), InvalidArgument);
}
