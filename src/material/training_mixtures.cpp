#include "nmfsep/material/training_mixtures.hpp"

#include <algorithm>
#include <cmath>

#include "material/track.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace nmfsep {
namespace {

constexpr double piece_seconds = 3;
constexpr float level_range = 6;  // dB to either side

/// `samples` of `track` from a random place on, going round, at a random level.
Vector draw_piece(const Vector& track, Index samples, Random& random) {
  const auto start = static_cast<Index>(random.below(static_cast<std::uint64_t>(track.size())));
  const float gain = std::pow(10.0F, level_range * (2 * random.uniform() - 1) / 20);
  return Vector::NullaryExpr(samples,
                             [&](Index n) { return gain * track((start + n) % track.size()); });
}

}  // namespace

TrainingMixtures make_mixtures(const std::vector<SourceAudio>& sources,
                               const MixingOptions& options, Random& random) {
  std::vector<Vector> tracks;
  for (const SourceAudio& source : sources) tracks.push_back(joined_track(source.recordings));
  const Stft stft(options.stft);
  const int rate = sources.front().recordings.front().sample_rate;
  const auto magnitudes_of = [&](const Vector& samples) {
    return magnitudes(analyse({samples, rate}, stft), options.magnitude_exponent);
  };
  const auto samples = static_cast<Index>(piece_seconds * rate);
  TrainingMixtures result;
  result.pieces = std::max<Index>(1, std::lround(options.seconds / piece_seconds));
  std::vector<Matrix> mixtures;
  std::vector<std::vector<Matrix>> parts(sources.size());
  for (Index piece = 0; piece < result.pieces; ++piece) {
    Vector sum = Vector::Zero(samples);
    for (std::size_t s = 0; s < tracks.size(); ++s) {
      const Vector part = draw_piece(tracks[s], samples, random);
      parts[s].push_back(magnitudes_of(part));
      sum += part;
    }
    mixtures.push_back(magnitudes_of(sum));
  }
  result.mixture = side_by_side(mixtures);
  for (const auto& of_source : parts) result.sources.push_back(side_by_side(of_source));
  return result;
}

}  // namespace nmfsep
