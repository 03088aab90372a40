#include "held_out.hpp"

#include <algorithm>
#include <cmath>

#include "nmfsep/audio/resample.hpp"

namespace nmfsep {
namespace {

constexpr double held_out_part = 0.3;
constexpr double longest_mixture = 6;  // seconds
constexpr double level = 4;            // dB
constexpr float root_mean_square = 0.05F;

/// How all sources of a mixture differ from what they are.
struct Variant {
  int semitone;  ///< up or down
  double level;  ///< dB that every other source, from the first on, is louder than the rest
};
constexpr Variant variants[] = {{0, 0}, {1, level}, {-1, -level}};

/// All recordings of a source one after another, mono.
Vector mono_track(const SourceAudio& source) {
  Index samples = 0;
  for (const AudioBuffer& audio : source.recordings) samples += audio.length();
  Vector track(samples);
  samples = 0;
  for (const AudioBuffer& audio : source.recordings) {
    track.segment(samples, audio.length()) = audio.samples.rowwise().mean();
    samples += audio.length();
  }
  return track;
}

/// A semitone up plays faster, down slower; 18/17 is the lutenists' semitone.
Vector detuned(const Vector& samples, int semitone) {
  if (semitone == 0) return samples;
  const int from = semitone > 0 ? 18000 : 17000;
  return resample({samples, from}, 35000 - from).samples.col(0);
}

/// The mixture of `parts`, each of about `root_mean_square`.
HeldOutMixture mix(const std::vector<Vector>& parts, int sample_rate, const Variant& variant) {
  std::vector<Vector> sounds;
  auto frames = static_cast<Index>(longest_mixture * sample_rate);
  for (const Vector& part : parts) {
    sounds.push_back(detuned(part, variant.semitone));
    frames = std::min(frames, sounds.back().size());
  }
  HeldOutMixture result{{Matrix::Zero(frames, 1), sample_rate}, {}};
  for (std::size_t s = 0; s < sounds.size(); ++s) {
    const double gain = std::pow(10.0, (s % 2 == 0 ? variant.level : -variant.level) / 40);
    const Vector sound = sounds[s].head(frames) * static_cast<float>(gain);
    result.mixture.samples.col(0) += sound;
    result.references.push_back(sound.cast<double>());
  }
  return result;
}

/// `held` scaled to `root_mean_square`, nothing when it is silent.
std::optional<Vector> level_part(const Vector& held) {
  const double power = held.cast<double>().squaredNorm() / static_cast<double>(held.size());
  if (!(power > 1e-12)) return std::nullopt;
  return held * (root_mean_square / static_cast<float>(std::sqrt(power)));
}

std::optional<Fold> make_fold(const std::vector<SourceAudio>& sources, bool hold_end) {
  Fold fold;
  std::vector<Vector> parts;
  const int sample_rate = sources.front().recordings.front().sample_rate;
  for (const SourceAudio& source : sources) {
    const Vector track = mono_track(source);
    const auto held = static_cast<Index>(held_out_part * static_cast<double>(track.size()));
    const auto part = level_part(hold_end ? track.tail(held) : track.head(held));
    if (!part || source.seconds() < least_seconds) return std::nullopt;
    parts.push_back(*part);
    const Index kept = track.size() - held;
    const Vector training = hold_end ? track.head(kept) : track.tail(kept);
    fold.training.push_back({source.name, source.origin, {{training, sample_rate}}});
  }
  for (const Variant& variant : variants) fold.mixtures.push_back(mix(parts, sample_rate, variant));
  return fold;
}

}  // namespace

std::optional<std::vector<Fold>> split_in_time(const std::vector<SourceAudio>& sources) {
  std::vector<Fold> folds;
  for (const bool hold_end : {true, false}) {
    auto fold = make_fold(sources, hold_end);
    if (!fold) return std::nullopt;
    folds.push_back(std::move(*fold));
  }
  return folds;
}

}  // namespace nmfsep
