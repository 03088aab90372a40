#include "nmfsep/onsets/onset_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nets/adam.hpp"
#include "nmfsep/nets/feature_scale.hpp"
#include "nmfsep/nets/loss.hpp"
#include "nmfsep/onsets/onset_features.hpp"

namespace nmfsep {
namespace {

constexpr Index stretch_frames = 300;  ///< that a step learns from at once
constexpr Index stretches = 8;         ///< of a step
constexpr double held_out_part = 0.2;
constexpr std::size_t least_held_out = 5;  ///< onsets that tell anything
constexpr double most_norm = 1;            ///< of a step's gradient
constexpr double mean_decay = 0.99;        ///< of the weights that are kept
constexpr float neighbour = 0.5F;          ///< how much of an onset the frames beside it are

void check(const char* field, double value, bool valid, const char* rule) {
  if (!valid)
    throw InvalidArgument(
        fmt::format("OnsetTrainingOptions: {} = {}, must be {}", field, value, rule));
}

/// A recording as frames.
struct Frames {
  Matrix features;  ///< features × frames
  Vector target;    ///< 0 to 1 each
};

Vector target_of(const std::vector<double>& onsets, Index frames) {
  Vector target = Vector::Zero(frames);
  for (const double onset : onsets) {
    const auto at = static_cast<Index>(std::lround(onset / onset_frame_time(1)));
    for (Index t = std::max<Index>(at - 1, 0); t <= std::min(at + 1, frames - 1); ++t)
      target(t) = std::max(target(t), t == at ? 1 : neighbour);
  }
  return target;
}

std::string description_of(const OnsetTrainingOptions& options) {
  std::string text;
  Index inputs = onset_features_count;
  for (int layer = 0; layer < options.layers; ++layer) {
    text += fmt::format("lstm {} {} 2 | ", inputs, options.units);
    inputs = 2 * options.units;
  }
  return text + fmt::format("dense {} 1 | bias 1", inputs);
}

/// A step's features and targets: stretches side by side, of recordings by their length.
struct Step {
  Matrix features;
  Vector target;
};

Step draw(const std::vector<Frames>& all, Index length, Random& random) {
  Index total = 0;
  for (const Frames& frames : all) total += frames.features.cols();
  Step step{Matrix(onset_features_count, stretches * length), Vector(stretches * length)};
  for (Index i = 0; i < stretches; ++i) {
    auto place = static_cast<Index>(random.below(static_cast<std::uint64_t>(total)));
    std::size_t r = 0;
    while (place >= all[r].features.cols()) place -= all[r++].features.cols();
    place = std::min(place, all[r].features.cols() - length);
    step.features.middleCols(i * length, length) = all[r].features.middleCols(place, length);
    step.target.segment(i * length, length) = all[r].target.segment(place, length);
  }
  return step;
}

Network learn(const std::vector<Frames>& all, const OnsetTrainingOptions& options,
              const ProgressCallback& progress) {
  Random random(options.seed);
  Network network = make_network(description_of(options), random_parameters(random));
  FeatureScale scale(onset_features_count);
  for (const Frames& frames : all) scale.count(frames.features);
  Adam adam(network.parameters(), {.learning_rate = options.learning_rate,
                                   .decay_steps = options.steps,
                                   .most_norm = most_norm});
  MovingAverage mean(network.parameters(), mean_decay);
  Index length = stretch_frames;
  for (const Frames& frames : all) length = std::min(length, frames.features.cols());
  Progress state{"train", 0, options.steps, {}};
  for (int step = 0; step < options.steps; ++step) {
    state.done = step;
    report(progress, state);
    Step drawn = draw(all, length, random);
    scale.take_off(drawn.features);
    Tape tape;
    Batch answer = network.forward({std::move(drawn.features), length}, tape, &random);
    state.cost = cross_entropy(drawn.target.transpose(), answer.values);
    std::vector<Matrix> gradients = network.no_gradients();
    network.learn(std::move(answer), tape, gradients);
    adam.step(gradients);
    mean.update();
  }
  mean.swap();
  const std::vector<Matrix*> parameters = network.parameters();
  for (const std::size_t first : {0, 3})  // W, U and b of each direction
    scale.absorb_into(*parameters[first], *parameters[first + 2]);
  return network;
}

/// A recording from one second to another, with its onsets there.
LabelledRecording part_of(const LabelledRecording& all, double begin, double end) {
  const auto sample = [&](double seconds) {
    return std::clamp<Index>(std::lround(seconds * all.audio.sample_rate), 0, all.audio.length());
  };
  LabelledRecording part{{all.audio.samples.middleRows(sample(begin), sample(end) - sample(begin)),
                          all.audio.sample_rate},
                         {}};
  for (const double onset : all.onsets)
    if (onset >= begin && onset < end) part.onsets.push_back(onset - begin);
  return part;
}

Frames frames_of(const LabelledRecording& recording) {
  Matrix features = onset_features(recording.audio);
  Vector target = target_of(recording.onsets, features.cols());
  return {std::move(features), std::move(target)};
}

/// What a detector says of what was held out, beside what is there.
class HeldOut {
 public:
  HeldOut(const OnsetDetector& detector, const std::vector<LabelledRecording>& parts) {
    double offset = 0;
    for (const LabelledRecording& part : parts) {
      if (part.audio.length() == 0) continue;
      strengths_.push_back({onset_strength(detector, part.audio), offset});
      for (const double onset : part.onsets) references_.push_back(offset + onset);
      offset += part.audio.seconds() + 1;
    }
  }

  std::size_t onsets() const { return references_.size(); }

  OnsetScores score(float threshold, double window) const {
    std::vector<double> found;
    for (const auto& [strength, offset] : strengths_)
      for (const Onset& onset : pick_onsets(strength, threshold))
        found.push_back(offset + onset.time);
    return score_onsets(references_, found, window);
  }

  /// The threshold of the highest F-measure within 25 ms; the one in the middle where several are.
  float best_threshold() const {
    std::vector<float> best;
    double best_f = -1;
    for (int step = 2; step <= 18; ++step) {
      const float threshold = static_cast<float>(step) / 20;
      const double f = score(threshold, 0.025).f_measure;
      if (f > best_f) best.clear();
      if (f >= best_f) best.push_back(threshold);
      best_f = std::max(best_f, f);
    }
    return best[best.size() / 2];
  }

 private:
  struct Strength {
    Vector of_frames;
    double offset;  ///< seconds at which the part begins, on one line of time
  };
  std::vector<Strength> strengths_;
  std::vector<double> references_;
};

}  // namespace

void OnsetTrainingOptions::validate() const {
  check("layers", layers, layers >= 1 && layers <= 3, "1 to 3");
  check("units", static_cast<double>(units), units >= 1 && units <= 512, "1 to 512");
  check("steps", steps, steps >= 1 && steps <= 1000000, "1 to 1000000");
  check("learning_rate", learning_rate, learning_rate > 0 && learning_rate <= 1,
        "above 0, at most 1");
}

TrainedOnsets train_onsets(const std::vector<LabelledRecording>& recordings,
                           const OnsetTrainingOptions& options, const ProgressCallback& progress) {
  options.validate();
  TrainedOnsets trained;
  OnsetDetector& detector = trained.detector;
  std::vector<Frames> learnt;
  std::vector<LabelledRecording> held;
  for (const LabelledRecording& recording : recordings) {
    const double seconds = recording.audio.seconds();
    const LabelledRecording first = part_of(recording, 0, (1 - held_out_part) * seconds);
    held.push_back(part_of(recording, (1 - held_out_part) * seconds, seconds + 1));
    if (first.audio.length() == 0) continue;
    learnt.push_back(frames_of(first));
    detector.seconds += first.audio.seconds();
    detector.onsets += static_cast<int>(first.onsets.size());
  }
  if (detector.onsets < 2 || detector.seconds < 0.5)
    throw InvalidArgument(fmt::format(
        "{} onsets in {:.1f} s are too few to learn from (a fifth of each recording is held out)",
        detector.onsets, detector.seconds));
  detector.network = learn(learnt, options, progress);
  detector.steps = options.steps;
  const HeldOut held_out(detector, held);
  if (held_out.onsets() < least_held_out) return trained;
  detector.threshold = held_out.best_threshold();
  trained.within_25_ms = held_out.score(detector.threshold, 0.025);
  trained.within_50_ms = held_out.score(detector.threshold, 0.05);
  return trained;
}

}  // namespace nmfsep
