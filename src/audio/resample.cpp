// soxr enters here. It works on one channel or on interleaved ones, answers errors as text, keeps
// what it cannot use or give yet, and compensates its filter's delay by giving nothing at first and
// the rest when it is told of the end, by a null input.
#include "nmfsep/audio/resample.hpp"

#include <fmt/format.h>
#include <soxr.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr Index resample_length = 16384;

void check(soxr_error_t error) {
  if (error != nullptr) throw Error(fmt::format("resample: {}", error));
}

/// One channel.
class ChannelResampler {
 public:
  ChannelResampler(int from_rate, int to_rate) {
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
    soxr_error_t error = nullptr;
    soxr_.reset(soxr_create(from_rate, to_rate, 1, &error, nullptr, &quality, nullptr));
    check(error);
  }

  /// Appends what comes of `input` to `output`; of a null one the rest.
  void process(const float* input, Index count, std::vector<float>& output) {
    std::size_t left = static_cast<std::size_t>(count);
    for (std::size_t made = resample_length; made == resample_length || left > 0;) {
      const std::size_t before = output.size();
      output.resize(before + resample_length);
      std::size_t used = 0;
      check(soxr_process(soxr_.get(), input, left, &used, output.data() + before, resample_length,
                         &made));
      output.resize(before + made);
      if (input != nullptr) input += used;
      left -= used;
    }
  }

 private:
  struct Delete {
    void operator()(soxr_t soxr) const { soxr_delete(soxr); }
  };
  std::unique_ptr<std::remove_pointer_t<soxr_t>, Delete> soxr_;
};

}  // namespace

struct Resampler::State {
  int from_rate;
  int to_rate;
  Index width;                             ///< channels
  std::vector<ChannelResampler> channels;  ///< none where the rate stays
  Index taken = 0;
  Index given = 0;

  /// What comes of the channels' `count` samples at `input(channel)`, samples × channels.
  template <typename Input>
  Matrix process(Index count, const Input& input) {
    std::vector<std::vector<float>> outputs(channels.size());
    tbb::parallel_for(std::size_t{0}, channels.size(),
                      [&](std::size_t c) { channels[c].process(input(c), count, outputs[c]); });
    const auto made = static_cast<Index>(outputs.front().size());
    Matrix result(made, width);
    for (std::size_t c = 0; c < channels.size(); ++c)
      result.col(static_cast<Index>(c)) = Eigen::Map<const Vector>(outputs[c].data(), made);
    return result;
  }
};

Resampler::Resampler(int from_rate, int to_rate, Index channels)
    : state_(std::make_unique<State>()) {
  if (from_rate <= 0 || to_rate <= 0)
    throw InvalidArgument(
        fmt::format("resample: from {} Hz to {} Hz, both must be positive", from_rate, to_rate));
  state_->from_rate = from_rate;
  state_->to_rate = to_rate;
  state_->width = channels;
  if (from_rate == to_rate) return;
  for (Index c = 0; c < channels; ++c) state_->channels.emplace_back(from_rate, to_rate);
}

Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

Matrix Resampler::push(const MatrixView& block) {
  if (block.rows() == 0 || state_->from_rate == state_->to_rate) return block;
  Matrix result = state_->process(block.rows(), [&](std::size_t c) {
    return block.data() + static_cast<Index>(c) * block.outerStride();
  });
  state_->taken += block.rows();
  state_->given += result.rows();
  return result;
}

Matrix Resampler::finish() {
  if (state_->from_rate == state_->to_rate) return Matrix(0, state_->width);
  const Index all = resampled_length(state_->taken, state_->from_rate, state_->to_rate);
  const Index wanted = std::max<Index>(0, all - state_->given);
  Matrix rest = Matrix::Zero(wanted, state_->width);
  if (state_->taken == 0) return rest;  // which soxr would not survive
  const Matrix made = state_->process(0, [](std::size_t) -> const float* { return nullptr; });
  const Index common = std::min(wanted, made.rows());
  rest.topRows(common) = made.topRows(common);
  return rest;
}

ResampledSource::ResampledSource(AudioSource& source, int to_rate)
    : source_(source),
      info_(source.info()),
      resampler_(info_.sample_rate, to_rate, info_.channels),
      ready_(info_.channels) {
  if (info_.length) info_.length = resampled_length(*info_.length, info_.sample_rate, to_rate);
  info_.sample_rate = to_rate;
}

Index ResampledSource::read(Eigen::Ref<Matrix> block) {
  if (source_.info().sample_rate == info_.sample_rate) return source_.read(block);
  while (!ended_ && ready_.length() < block.rows()) {
    Matrix input(resample_length, info_.channels);
    const Index got = source_.read(input);
    ready_.push(resampler_.push(input.topRows(got)));
    ended_ = got < input.rows();
    if (ended_) ready_.push(resampler_.finish());
  }
  const Index count = std::min(block.rows(), ready_.length());
  block.topRows(count) = ready_.samples().topRows(count);
  ready_.drop_front(count);
  return count;
}

Index resampled_length(Index length, int from_rate, int to_rate) {
  const double ratio = static_cast<double>(to_rate) / from_rate;
  return static_cast<Index>(std::llround(static_cast<double>(length) * ratio));
}

AudioBuffer resample(const AudioBuffer& audio, int to_rate) {
  Resampler resampler(audio.sample_rate, to_rate, audio.channels());
  const Matrix first = resampler.push(audio.samples);
  const Matrix rest = resampler.finish();
  AudioBuffer result{Matrix(first.rows() + rest.rows(), audio.channels()), to_rate};
  result.samples << first, rest;
  return result;
}

}  // namespace nmfsep
