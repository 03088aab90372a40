// soxr enters here. It works on one channel or on interleaved ones, and answers errors as text;
// `soxr_oneshot` compensates its filter's delay.
#include "nmfsep/audio/resample.hpp"

#include <fmt/format.h>
#include <soxr.h>
#include <tbb/parallel_for.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

/// One channel at `to_rate` into `output`, whose length is the number of frames to make.
void resample_channel(const VectorView& input, double rate_ratio, Eigen::Ref<Vector> output) {
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  std::size_t made = 0;
  const soxr_error_t error = soxr_oneshot(
      1, rate_ratio, 1, input.data(), static_cast<std::size_t>(input.size()), nullptr,
      output.data(), static_cast<std::size_t>(output.size()), &made, nullptr, &quality, nullptr);
  if (error != nullptr) throw Error(fmt::format("resample: {}", error));
  output.tail(output.size() - static_cast<Index>(made)).setZero();
}

}  // namespace

AudioBuffer resample(const AudioBuffer& audio, int to_rate) {
  if (to_rate <= 0 || audio.sample_rate <= 0)
    throw InvalidArgument(fmt::format("resample: from {} Hz to {} Hz, both must be positive",
                                      audio.sample_rate, to_rate));
  if (to_rate == audio.sample_rate) return audio;
  const double ratio = static_cast<double>(to_rate) / audio.sample_rate;
  const auto frames = static_cast<Index>(std::llround(static_cast<double>(audio.frames()) * ratio));
  AudioBuffer result{Matrix(frames, audio.channels()), to_rate};
  if (frames == 0) return result;  // which soxr would not survive
  tbb::parallel_for(Index{0}, audio.channels(), [&](Index channel) {
    resample_channel(audio.samples.col(channel), ratio, result.samples.col(channel));
  });
  return result;
}

}  // namespace nmfsep
