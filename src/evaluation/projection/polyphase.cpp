#include "evaluation/projection/polyphase.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "evaluation/parallel.hpp"
#include "evaluation/projection/kernels.hpp"

namespace nmfsep {
namespace {

constexpr double rejection_db = 60.0;
constexpr Index block_samples =
    2048;  ///< outputs a task computes, so that its input stays in cache
constexpr Index taps_per_task = 1024;

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
  parallel_for(Index{0}, half / taps_per_task + 1, [&](Index task) {
    for (Index t = task * taps_per_task; t <= std::min((task + 1) * taps_per_task - 1, half); ++t) {
      const double phase = 2.0 * std::numbers::pi * cutoff * static_cast<double>(t);
      const double position = static_cast<double>(t) / static_cast<double>(half);
      const double tap = (t == 0 ? 1.0 : std::sin(phase) / phase) *
                         bessel_i0(beta * std::sqrt(1.0 - position * position));
      taps[half - t] = taps[half + t] = tap;
    }
  });
  return taps * (static_cast<double>(up) / taps.sum());
}

/// Samples first to first + count - 1, zeros where the signal is not.
Eigen::VectorXd stretch(const Eigen::Ref<const Eigen::VectorXd>& signal, Index first, Index count) {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(count);
  const Index from = std::max<Index>(first, 0);
  const Index overlap = std::min(first + count, signal.size()) - from;
  if (overlap > 0) result.segment(from - first, overlap) = signal.segment(from, overlap);
  return result;
}

}  // namespace

PolyphaseResampler::PolyphaseResampler(int from_rate, int to_rate) {
  const int common = std::gcd(from_rate, to_rate);
  up_ = to_rate / common;
  down_ = from_rate / common;
  if (up_ == down_) return;
  const Eigen::VectorXd taps = low_pass(up_, down_);
  const Index reach = taps.size() / 2 / up_ + 1;
  lead_ = (reach + down_ - 1) / down_;
  for (Index phase = 0; phase < up_; phase += kernels::filter_group) {
    const Index last = std::min(phase + kernels::filter_group, up_) - 1;
    Group group{lead_ * down_ + phase * down_ / up_ - reach, {}};
    const Index count = last * down_ / up_ - phase * down_ / up_ + 2 * reach + 1;
    group.taps.setZero(kernels::filter_group, count);
    for (Index p = phase; p <= last; ++p)
      for (Index i = 0; i < count; ++i) {
        // How far, in steps of the common rate, the output lies behind the sample.
        const Index distance = p * down_ - (group.first + i - lead_ * down_) * up_;
        const Index at = distance + taps.size() / 2;
        if (at >= 0 && at < taps.size()) group.taps(p - phase, i) = taps[at];
      }
    groups_.push_back(std::move(group));
  }
}

Eigen::VectorXd PolyphaseResampler::operator()(
    const Eigen::Ref<const Eigen::VectorXd>& signal) const {
  if (up_ == down_) return signal;
  Eigen::VectorXd result((signal.size() * up_ + down_ - 1) / down_);
  const Index padding = kernels::row_padding;
  const Index rounds = (block_samples / up_ + padding) / padding * padding;
  const Index blocks = (result.size() + rounds * up_ - 1) / (rounds * up_);
  parallel_for(Index{0}, blocks, [&](Index block) {
    const Index first = block * rounds;
    const Index reach = groups_.back().first + groups_.back().taps.cols();
    const Index held = rounds + reach / down_ + 1;
    const Index from = (first - lead_) * down_;
    const bool inside = from >= 0 && from + held * down_ <= signal.size();
    const Eigen::VectorXd edge = inside ? Eigen::VectorXd() : stretch(signal, from, held * down_);
    const double* input = inside ? signal.data() + from : edge.data();
    const Eigen::MatrixXd dealt = Eigen::Map<const Eigen::MatrixXd>(input, down_, held).transpose();
    Eigen::MatrixXd outputs(rounds, kernels::filter_group);
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const Index phase = static_cast<Index>(g) * kernels::filter_group;
      kernels::filter_dealt(groups_[g].taps, {dealt.data(), held, down_}, groups_[g].first,
                            outputs);
      for (Index p = 0; p < std::min(kernels::filter_group, up_ - phase); ++p)
        for (Index k = 0, at = first * up_ + phase + p; k < rounds && at < result.size();
             ++k, at += up_)
          result[at] = outputs(k, p);
    }
  });
  return result;
}

}  // namespace nmfsep
