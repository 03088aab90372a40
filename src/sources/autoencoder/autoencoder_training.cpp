#include "nmfsep/sources/autoencoder/autoencoder_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nets/adam.hpp"
#include "nmfsep/nets/batches.hpp"
#include "sources/autoencoder/excerpts.hpp"
#include "sources/autoencoder/network_layout.hpp"
#include "sources/autoencoder/sounding.hpp"

namespace nmfsep {
namespace {

constexpr float kl_floor = 0.01F;  ///< of a frame's mean: at 1e-5 silence between harmonics rules
constexpr double most_norm = 5;    ///< of a step's gradient
constexpr double mean_decay = 0.998;
constexpr int look_interval = 100;    ///< steps between two looks at the held-out frames
constexpr int patience = 5;           ///< looks without a better loss before training stops
constexpr Index excerpt_frames = 32;  ///< where layers span several frames
constexpr Index most_judged = 4096;   ///< frames that are held out or, at most, looked at

template <typename Value>
void check(const char* field, Value value, bool valid, const char* rule) {
  if (!valid)
    throw InvalidArgument(
        fmt::format("AutoencoderOptions: {} = {}, must be {}", field, value, rule));
}

/// Frames that are taken together: one, or an excerpt that the stride divides.
Index excerpt_length(Index frames, const AutoencoderOptions& options) {
  if (options.context == 1) return 1;
  const Index most = std::min(frames, std::max<Index>(excerpt_frames, options.stride));
  return most / options.stride * options.stride;
}

/// One training from start to end.
class Training {
 public:
  Training(const MatrixView& spectra, const AutoencoderOptions& options,
           const ProgressCallback& progress)
      : options_(options),
        progress_(progress),
        split_(split(spectra, excerpt_length(spectra.cols(), options), options.held_out)),
        random_(options.seed) {
    NetworkPair networks = random_networks(spectra.rows(), options, random_);
    result_.encoder = std::move(networks.encoder);
    result_.decoder = std::move(networks.decoder);
    result_.floor = kl_floor;
  }

  TrainedAutoencoder run() {
    Batches batches(split_.training.count(), batch(), random_.below(1ULL << 32U));
    const int steps = total_steps();
    Adam adam(values(), adam_options(steps));
    MovingAverage mean(values(), mean_decay);
    state_.total = steps;
    for (int step = 0;; ++step) {
      if (step % look_interval == 0 || step == steps) {
        mean.swap();
        const bool is_done = look(step);
        state_.cost = result_.curve.back().held_out;
        if (is_done || step == steps) break;
        mean.swap();
      }
      state_.done = step;
      report(progress_, state_);
      adam.step(gradients(split_.training.take(batches.next())));
      mean.update();
      result_.steps = step + 1;
    }
    keep_best();
    return std::move(result_);
  }

 private:
  std::vector<Matrix*> values() {
    std::vector<Matrix*> all = result_.encoder.parameters();
    for (Matrix* each : result_.decoder.parameters()) all.push_back(each);
    return all;
  }

  /// Excerpts of a step.
  Index batch() const {
    const Index most = std::max<Index>(1, options_.batch / split_.training.length());
    return std::min(split_.training.count(), most);
  }

  int total_steps() const {
    if (options_.epochs == 0) return options_.usual_steps();
    const Index steps = (options_.epochs * split_.training.count() + batch() - 1) / batch();
    return static_cast<int>(std::min<Index>(steps, std::numeric_limits<int>::max()));
  }

  AdamOptions adam_options(int steps) const {
    AdamOptions adam;
    adam.learning_rate = options_.learning_rate;
    adam.decay_steps = steps;
    adam.most_norm = most_norm;
    adam.weight_decay = options_.weight_decay;
    return adam;
  }

  Loss loss() const { return {options_.loss, kl_floor}; }

  std::vector<Matrix> gradients(const Batch& frames) {
    const float scale = 1 / static_cast<float>(frames.values.cols());
    const Batch code = result_.encoder.forward(frames, encoding_, &random_);
    const Matrix output = result_.decoder.forward(code, decoding_, &random_).values;
    std::vector<Matrix> down = result_.decoder.no_gradients();
    std::vector<Matrix> all = result_.encoder.no_gradients();
    Batch back = result_.decoder.backward(
        {loss().gradient(frames.values, output, scale), frames.frames}, decoding_, down);
    add_l1_gradient(code.values, scale * static_cast<float>(options_.sparsity), back.values);
    result_.encoder.learn(std::move(back), encoding_, all);
    for (Matrix& gradient : down) all.push_back(std::move(gradient));
    return all;
  }

  /// Of a number of a frame of the first excerpts, at most so many. As many at a time as a step
  /// takes, so that it can be stopped as soon.
  double loss_of(const Excerpts& excerpts, Index most) const {
    const Index count = std::min(excerpts.count(), most);
    double sum = 0, numbers = 0;
    Tape tape;
    for (Index first = 0; first < count; first += batch()) {
      report(progress_, state_);
      std::vector<Index> places(static_cast<std::size_t>(std::min(batch(), count - first)));
      std::iota(places.begin(), places.end(), first);
      const Batch frames = excerpts.take(places);
      const Batch code = result_.encoder.forward(frames, tape);
      sum += loss().value(frames.values, result_.decoder.forward(code, tape).values);
      numbers += static_cast<double>(frames.values.size());
    }
    return sum / numbers;
  }

  /// Whether the held-out frames have been no better for long. The values are the means.
  bool look(int step) {
    const Index count = std::min(split_.held_out.count(), most_judged / split_.held_out.length());
    const double held_out = loss_of(split_.held_out, count);
    result_.curve.push_back(
        {step, static_cast<float>(loss_of(split_.training, count)), static_cast<float>(held_out)});
    if (!best_.empty() && !(held_out < result_.loss)) return ++worse_ >= patience;
    worse_ = 0;
    result_.loss = held_out;
    best_.clear();
    for (const Matrix* each : values()) best_.push_back(*each);
    return false;
  }

  void keep_best() {
    const std::vector<Matrix*> all = values();
    for (std::size_t i = 0; i < all.size(); ++i) *all[i] = best_[i];
  }

  const AutoencoderOptions& options_;
  const ProgressCallback& progress_;
  Progress state_{"train", 0, 0, {}};
  Split split_;
  Random random_;
  TrainedAutoencoder result_;
  Tape encoding_, decoding_;
  std::vector<Matrix> best_;  ///< values of the best loss so far
  int worse_ = 0;             ///< looks since then
};

}  // namespace

int AutoencoderOptions::usual_steps() const { return is_shallow() ? 500 : 700; }

void AutoencoderOptions::validate() const {
  check("layers", layers, layers >= 2 && layers <= 40 && layers % 2 == 0, "even, 2 to 40");
  check("width", width, width >= 1 && width <= 10000, "1 to 10000");
  check("components", components, components >= 1 && components <= 10000, "1 to 10000");
  check("context", context, context >= 1 && context <= most_context, "1 to 99");
  check("stride", stride, stride >= 1 && stride <= context, "1 to context");
  check("dropout", dropout, dropout >= 0 && dropout < 1, "0 or more and below 1");
  check("sparsity", sparsity, sparsity >= 0 && std::isfinite(sparsity), "0 or more and finite");
  check("weight_decay", weight_decay, weight_decay >= 0 && std::isfinite(weight_decay),
        "0 or more and finite");
  check("learning_rate", learning_rate, learning_rate > 0 && std::isfinite(learning_rate),
        "positive and finite");
  check("epochs", epochs, epochs >= 0, "at least 0");
  check("batch", batch, batch >= 1, "at least 1");
}

TrainedAutoencoder train_autoencoder(const MatrixView& frames, const AutoencoderOptions& options,
                                     const ProgressCallback& progress) {
  options.validate();
  if (options.context == 1)
    require_sounding(frames);
  else if (frames.cols() < options.stride || !(frames.maxCoeff() > 0))
    throw InvalidArgument("an autoencoder needs frames that are not all silent");
  return Training(frames, options, progress).run();
}

}  // namespace nmfsep
