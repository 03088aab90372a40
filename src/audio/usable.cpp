#include "audio/usable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nmfsep {
namespace {

constexpr int most_channels = 64;
constexpr int lowest_rate = 1000;
constexpr int highest_rate = 768000;

/// Spectra of larger samples could overflow float when squared. Full scale is 1, or 2³¹ in files
/// that hold integers as floats: more comes from damaged bytes.
constexpr float largest_sample = 1e12F;

template <typename Samples>
std::string fault_of_samples(const Samples& samples, Index position, int sample_rate) {
  using Sample = typename Samples::Scalar;
  constexpr auto largest = static_cast<Sample>(largest_sample);
  const Eigen::Map<const Eigen::Vector<Sample, Eigen::Dynamic>> all(samples.data(), samples.size());
  // Written so that NaN fails too.
  if (all.size() == 0 || all.cwiseAbs().template maxCoeff<Eigen::PropagateNaN>() <= largest)
    return {};
  const Sample* bad = std::find_if(samples.data(), samples.data() + samples.size(),
                                   [](Sample sample) { return !(std::abs(sample) <= largest); });
  const Index offset = bad - samples.data();
  const double second = static_cast<double>(position + offset / samples.rows()) / sample_rate;
  return fmt::format(
      "holds {} instead of a sample, at {:.3f} s in channel {}; repair or cut that place", *bad,
      second, offset % samples.rows() + 1);
}

}  // namespace

std::string fault_of(const AudioInfo& info) {
  if (info.channels < 1 || info.channels > most_channels)
    return fmt::format("has {} channels; 1 to {} can be read", info.channels, most_channels);
  if (info.sample_rate < lowest_rate || info.sample_rate > highest_rate)
    return fmt::format("has a sample rate of {} Hz; {} to {} can be read", info.sample_rate,
                       lowest_rate, highest_rate);
  return {};
}

std::string fault_of(const MatrixView& samples, Index position, int sample_rate) {
  return fault_of_samples(samples, position, sample_rate);
}

std::string fault_of(const Eigen::Ref<const Eigen::MatrixXd>& samples, Index position,
                     int sample_rate) {
  return fault_of_samples(samples, position, sample_rate);
}

}  // namespace nmfsep
