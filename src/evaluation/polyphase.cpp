#include "evaluation/polyphase.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "evaluation/kernels.hpp"
#include "evaluation/parallel.hpp"

namespace nmfsep {
namespace {

constexpr double rejection_db = 60.0;
constexpr Index block_samples = 4096;  ///< outputs a task computes

/// The modified Bessel function of order 0, by its power series.
double bessel_i0(double x) {
  double sum = 1.0;
  double term = 1.0;
  for (int k = 1; term > 1e-18 * sum; ++k) {
    term *= (x / 2.0) * (x / 2.0) / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}

/// Low-pass filter for the rate `up` times the input's, of gain `up`; taps -half to half.
Eigen::VectorXd low_pass(Index up, Index down) {
  const double cutoff = 0.5 / static_cast<double>(std::max(up, down));
  const double transition = cutoff / 10.0;
  // Length and shape of the window after Kaiser (1974).
  const auto half = static_cast<Index>(std::ceil((rejection_db - 8.0) / (28.714 * transition)));
  const double beta = 0.1102 * (rejection_db - 8.7);
  Eigen::VectorXd taps(2 * half + 1);
  for (Index t = -half; t <= half; ++t) {
    const double phase = 2.0 * std::numbers::pi * cutoff * static_cast<double>(t);
    const double position = static_cast<double>(t) / static_cast<double>(half);
    taps[t + half] = (t == 0 ? 1.0 : std::sin(phase) / phase) *
                     bessel_i0(beta * std::sqrt(1.0 - position * position));
  }
  return taps * (static_cast<double>(up) / taps.sum());
}

/// How many input samples before the output's place its filter begins.
Index reach_of(const Eigen::VectorXd& taps, Index up) { return taps.size() / 2 / up + 1; }

/// The taps that meet input samples for each phase of the output, oldest sample first: column p
/// for outputs that lie p/up after a sample. Zeros fill the last registers.
Eigen::MatrixXd phases_of(const Eigen::VectorXd& taps, Index up) {
  const Index reach = reach_of(taps, up);
  const Index rows = 2 * reach + 1;
  const Index padded = (rows + kernels::row_padding - 1) / kernels::row_padding;
  Eigen::MatrixXd phases = Eigen::MatrixXd::Zero(padded * kernels::row_padding, up);
  for (Index phase = 0; phase < up; ++phase)
    for (Index lag = -reach; lag <= reach; ++lag) {
      const Index at = phase + lag * up + taps.size() / 2;
      if (at >= 0 && at < taps.size()) phases(reach - lag, phase) = taps[at];
    }
  return phases;
}

}  // namespace

Eigen::VectorXd resample_polyphase(const Eigen::Ref<const Eigen::VectorXd>& signal, int from_rate,
                                   int to_rate) {
  if (from_rate == to_rate) return signal;
  const int common = std::gcd(from_rate, to_rate);
  const Index up = to_rate / common;
  const Index down = from_rate / common;
  const Eigen::VectorXd taps = low_pass(up, down);
  const Eigen::MatrixXd phases = phases_of(taps, up);
  Eigen::VectorXd padded = Eigen::VectorXd::Zero(signal.size() + phases.rows() + 1);
  padded.segment(reach_of(taps, up), signal.size()) = signal;

  Eigen::VectorXd result((signal.size() * up + down - 1) / down);
  parallel_for(Index{0}, (result.size() + block_samples - 1) / block_samples, [&](Index block) {
    kernels::resample({phases, up, down}, padded.data(), block * block_samples,
                      std::min((block + 1) * block_samples, result.size()), result.data());
  });
  return result;
}

}  // namespace nmfsep
