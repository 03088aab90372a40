#include "nmfsep/material/random_mixtures.hpp"

#include <cmath>

#include "material/track.hpp"

namespace nmfsep {
namespace {

/// Uniform in ±range.
double either_side(double range, Random& random) { return range * (2.0 * random.uniform() - 1.0); }

}  // namespace

RandomMixtures::RandomMixtures(const std::vector<SourceAudio>& sources, const RandomMixing& mixing)
    : mixing_(mixing), stft_(mixing.stft) {
  for (const SourceAudio& source : sources) tracks_.push_back(joined_track(source.recordings));
}

Vector RandomMixtures::draw_source(const Vector& track, Random& random) const {
  const auto length = static_cast<double>(track.size());
  double place = static_cast<double>(random.below(static_cast<std::uint64_t>(track.size())));
  const double speed = std::exp2(either_side(mixing_.speed_range, random));
  const bool is_silent = random.uniform() < mixing_.silence;
  const double gain = is_silent ? 0 : std::pow(10.0, either_side(mixing_.level_range, random) / 20);
  Vector piece((mixing_.frames - 1) * stft_.options().hop + stft_.options().fft_size);
  for (float& sample : piece) {
    const auto before = static_cast<Index>(place);
    const auto part = static_cast<float>(place - static_cast<double>(before));
    const float next = track(before + 1 < track.size() ? before + 1 : 0);
    sample = static_cast<float>(gain) * ((1 - part) * track(before) + part * next);
    place += speed;
    if (place >= length) place -= length;
  }
  return piece;
}

MixedPiece RandomMixtures::draw(Random& random) const {
  MixedPiece result;
  result.mixture = ComplexMatrix::Zero(stft_.bins(), mixing_.frames);
  for (const Vector& track : tracks_) {
    ComplexMatrix spectra(stft_.bins(), mixing_.frames);
    stft_.transform(draw_source(track, random), spectra);
    result.mixture += spectra;
    result.sources.push_back(std::move(spectra));
  }
  return result;
}

}  // namespace nmfsep
