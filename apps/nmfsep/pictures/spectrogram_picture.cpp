#include "pictures/spectrogram_picture.hpp"

#include <algorithm>
#include <cmath>

namespace nmfsep::cli {
namespace {

constexpr float silence = -200;  // dB
constexpr Index frames_at_a_time = 256;

}  // namespace

FramesPicture::FramesPicture(const Analysis& analysis, double start_seconds, Index most_columns)
    : analysis_(analysis), start_seconds_(start_seconds), pooled_(most_columns) {}

void FramesPicture::push(const MatrixView& frames, Index channels, Index before, Index own) {
  const Index each = frames.cols() / channels;
  Matrix loudest = frames.middleCols(before, own);
  for (Index channel = 1; channel < channels; ++channel)
    loudest = loudest.cwiseMax(frames.middleCols(channel * each + before, own));
  pooled_.push(loudest);
}

Extent FramesPicture::seconds() const {
  const StftOptions& stft = analysis_.stft;
  const double hop = static_cast<double>(stft.hop) / analysis_.sample_rate;
  const double middle = static_cast<double>(stft.fft_size) / 2 / analysis_.sample_rate;
  const double low =
      start_seconds_ + middle - (static_cast<double>(Stft(stft).lead_frames()) + 0.5) * hop;
  const Matrix::Index columns = pooled_.columns().cols();
  return {low, low + hop * static_cast<double>(columns * pooled_.pooled())};
}

HeatMap FramesPicture::map(double seconds, const PictureStyle& style) const {
  HeatMap map;
  map.values = values();
  const double hertz = static_cast<double>(analysis_.sample_rate) / analysis_.stft.fft_size;
  map.rows = {-hertz / 2, analysis_.sample_rate / 2.0 + hertz / 2};
  map.columns = this->seconds();
  map.x = {"Time (s)", start_seconds_, start_seconds_ + seconds, false, true};
  map.y = style.frequency(analysis_.sample_rate);
  map.map = style.map;
  return map;
}

Matrix decibels(const MatrixView& values, const Analysis& analysis, double exponent) {
  const Vector window = make_window(analysis.stft.window, analysis.stft.window_length());
  const auto full_scale = std::log(static_cast<float>(window.sum()) / 2);
  const auto factor = static_cast<float>(20 / std::log(10.0));
  const auto roots = static_cast<float>(1 / exponent);
  return (factor * (roots * values.array().max(1e-37F).log() - full_scale)).max(silence).matrix();
}

HeatMap spectrogram_of(AudioSource& audio, const SpectrogramRequest& request,
                       const ProgressCallback& progress) {
  const int rate = request.analysis.sample_rate;
  const Stft stft(request.analysis.stft);
  FrameBlocks blocks(audio, stft, {frames_at_a_time, 0});
  FramesPicture picture(request.analysis, request.start_seconds);
  std::int64_t read = 0;
  FrameBlock block;
  do {
    blocks.next(block, [&] { report(progress, {"draw", read, 0, {}}); });
    if (block.frames == 0) break;
    picture.push(magnitudes(block.spectrogram, 1), audio.info().channels, block.before,
                 block.frames);
    read += block.frames;
  } while (true);
  HeatMap map =
      picture.map(static_cast<double>(block.signal_length.value_or(0)) / rate, request.style);
  map.values = decibels(map.values, request.analysis, 1);
  return map;
}

}  // namespace nmfsep::cli
