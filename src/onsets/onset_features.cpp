#include "nmfsep/onsets/onset_features.hpp"

#include <algorithm>
#include <cmath>

#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {
namespace {

constexpr Index bands = onset_features_count / 4;
constexpr double lowest = 30;      // Hz
constexpr double highest = 16000;  // Hz
constexpr int windows[] = {1024, 2048};

double mel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double hertz(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

/// Triangles over the bins of a frame, equally far from each other in mel, of a sum of 1 each:
/// bands × bins. A band that no bin lies in has the nearest one.
Matrix mel_bands(Index fft_size) {
  const Index bins = fft_size / 2 + 1;
  const double width = static_cast<double>(onset_rate) / static_cast<double>(fft_size);
  const double step = (mel(highest) - mel(lowest)) / static_cast<double>(bands + 1);
  Matrix W = Matrix::Zero(bands, bins);
  for (Index b = 0; b < bands; ++b) {
    const auto edge = [&](Index i) {
      return hertz(mel(lowest) + static_cast<double>(b + i) * step);
    };
    for (Index f = 0; f < bins; ++f) {
      const double at = static_cast<double>(f) * width;
      const double up = (at - edge(0)) / (edge(1) - edge(0));
      const double down = (edge(2) - at) / (edge(2) - edge(1));
      W(b, f) = static_cast<float>(std::max(0.0, std::min(up, down)));
    }
    if (W.row(b).sum() == 0) W(b, std::lround(edge(1) / width)) = 1;
    W.row(b) /= W.row(b).sum();
  }
  return W;
}

/// |X|² in mel bands, bands × frames: frame t is of the window around sample t · hop.
Matrix mel_energies(const Vector& signal, int window, Index frames) {
  const Stft stft({.fft_size = window, .hop = static_cast<int>(onset_hop)});
  Vector padded = Vector::Zero((frames - 1) * onset_hop + window);
  const Index count = std::min(signal.size(), padded.size() - window / 2);
  padded.segment(window / 2, count) = signal.head(count);
  ComplexMatrix X(stft.bins(), frames);
  stft.transform(padded, X);
  return mel_bands(window) * X.cwiseAbs2();
}

/// ln(1 + energy over its mean), and by how much that grew.
void put_log_and_growth(const Matrix& energies, Eigen::Ref<Matrix> features) {
  const double mean = energies.cast<double>().mean();
  const float scale = mean > 0 ? static_cast<float>(1 / mean) : 0;
  auto logs = features.topRows(bands);
  auto growth = features.bottomRows(bands);
  logs = (scale * energies.array() + 1).log();
  growth.col(0).setZero();
  growth.rightCols(logs.cols() - 1) =
      (logs.rightCols(logs.cols() - 1) - logs.leftCols(logs.cols() - 1)).cwiseMax(0);
}

}  // namespace

double onset_frame_time(double frame) {
  return frame * static_cast<double>(onset_hop) / onset_rate;
}

Matrix onset_features(const AudioBuffer& audio) {
  if (audio.length() == 0) throw InvalidArgument("a recording of no samples has no onsets");
  AudioBuffer mono{audio.samples.rowwise().mean(), audio.sample_rate};
  if (mono.sample_rate != onset_rate) mono = resample(mono, onset_rate);
  const Vector signal = mono.samples.col(0);
  const Index frames = signal.size() / onset_hop + 1;
  Matrix features(onset_features_count, frames);
  for (int i = 0; i < 2; ++i)
    put_log_and_growth(mel_energies(signal, windows[i], frames),
                       features.middleRows(2 * bands * i, 2 * bands));
  return features;
}

}  // namespace nmfsep
