#include "nmfsep/sources/autoencoder/autoencoder_training.hpp"

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/multiply.hpp"
#include "nmfsep/nets/adam.hpp"
#include "nmfsep/nets/batches.hpp"

namespace nmfsep {
namespace {

constexpr float kl_floor = 0.01F;  ///< of a frame's mean: at 1e-5 silence between harmonics rules
constexpr double most_norm = 5;    ///< of a step's gradient
constexpr double mean_decay = 0.998;
constexpr int look_interval = 100;  ///< steps between two looks at the held-out frames
constexpr int patience = 5;         ///< looks without a better loss before training stops
constexpr Index stretch = 16;       ///< frames that are held out together

template <typename Value>
void check(const char* field, Value value, bool valid, const char* rule) {
  if (!valid)
    throw InvalidArgument(
        fmt::format("AutoencoderOptions: {} = {}, must be {}", field, value, rule));
}

/// "dense 513 200 | relu | dense 200 100 | relu".
std::string description_of(const std::vector<Index>& sizes, Activation hidden, Activation last) {
  std::string text;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
    text += fmt::format("{}dense {} {} | {}", i == 0 ? "" : " | ", sizes[i], sizes[i + 1],
                        to_string(i + 2 == sizes.size() ? last : hidden));
  return text;
}

/// A decoder's last layer starts non-negative, or many outputs would start dead; a mean of one
/// leads to a mean of about one.
ParameterSource decoder_parameters(int layers, Random& random) {
  return [layers, usual = random_parameters(random),
          &random](const ParameterShape& shape) mutable -> Matrix {
    if (--layers > 0) return usual(shape);
    const float scale = 1.25F / static_cast<float>(shape.fan_in);
    return Matrix::NullaryExpr(shape.rows, shape.columns,
                               [&] { return scale * std::abs(gaussian(random)); });
  };
}

Matrix unit_mean(const MatrixView& frames) {
  Matrix result = frames;
  for (Index t = 0; t < result.cols(); ++t)
    result.col(t) /= static_cast<float>(result.col(t).cast<double>().mean());
  return result;
}

/// Frames to train on, and some to judge by.
struct Split {
  Matrix training, held_out;
};

Split split(const Matrix& frames, int held_out_of) {
  std::vector<Index> training, held_out;
  for (Index t = 0; t < frames.cols(); ++t)
    (held_out_of > 0 && t / stretch % held_out_of == held_out_of / 2 ? held_out : training)
        .push_back(t);
  if (held_out.empty()) held_out = training;
  if (training.empty()) training = held_out;
  return {frames(Eigen::all, training), frames(Eigen::all, held_out)};
}

/// One training from start to end.
class Training {
 public:
  Training(const MatrixView& frames, const AutoencoderOptions& options)
      : options_(options),
        split_(split(unit_mean(frames), options.held_out)),
        random_(options.seed) {
    std::vector<Index> sizes{frames.rows()};
    for (int i = 1; i < options.layers / 2; ++i) sizes.push_back(options.width);
    sizes.push_back(options.components);
    result_.encoder = make_network(description_of(sizes, options.activation, options.activation),
                                   random_parameters(random_));
    std::reverse(sizes.begin(), sizes.end());
    const bool is_output =
        options.activation == Activation::absolute || options.activation == Activation::softplus;
    const Activation last = is_output ? options.activation : Activation::relu_output;
    result_.decoder = make_network(description_of(sizes, options.activation, last),
                                   decoder_parameters(options.layers / 2, random_));
    result_.floor = kl_floor;
  }

  TrainedAutoencoder run(const ProgressCallback& progress) {
    const Index examples = split_.training.cols();
    Batches batches(examples, options_.batch, random_.below(1ULL << 32U));
    const int steps = total_steps();
    Adam adam(values(), adam_options(steps));
    MovingAverage mean(values(), mean_decay);
    Progress state{"train", 0, steps, {}};
    for (int step = 0;; ++step) {
      if (step % look_interval == 0 || step == steps) {
        mean.swap();
        const bool is_done = look(step);
        state.cost = result_.curve.back().held_out;
        if (is_done || step == steps) break;
        mean.swap();
      }
      state.done = step;
      report(progress, state);
      adam.step(gradients(split_.training(Eigen::all, batches.next())));
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

  int total_steps() const {
    if (options_.epochs == 0) return AutoencoderOptions::usual_steps;
    const Index examples = split_.training.cols();
    const Index batch = std::min(examples, options_.batch);
    return static_cast<int>((options_.epochs * examples + batch - 1) / batch);
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

  std::vector<Matrix> gradients(const Matrix& frames) {
    const float scale = 1 / static_cast<float>(frames.cols());
    const Matrix code = result_.encoder.forward({frames, 1}, encoding_, &random_).values;
    const Matrix output = result_.decoder.forward({code, 1}, decoding_, &random_).values;
    std::vector<Matrix> down = result_.decoder.no_gradients();
    std::vector<Matrix> all = result_.encoder.no_gradients();
    Batch back =
        result_.decoder.backward({loss().gradient(frames, output, scale), 1}, decoding_, down);
    add_l1_gradient(code, scale * static_cast<float>(options_.sparsity), back.values);
    result_.encoder.backward(std::move(back), encoding_, all);
    for (Matrix& gradient : down) all.push_back(std::move(gradient));
    return all;
  }

  /// Of a number of a frame.
  double loss_of(const Matrix& frames) const {
    Tape tape;
    const Matrix code = result_.encoder.forward({frames, 1}, tape).values;
    const Matrix output = result_.decoder.forward({code, 1}, tape).values;
    return loss().value(frames, output) / static_cast<double>(frames.size());
  }

  /// Whether the held-out frames have been no better for long. The values are the means.
  bool look(int step) {
    const double held_out = loss_of(split_.held_out);
    const Index count = std::min(split_.held_out.cols(), split_.training.cols());
    result_.curve.push_back({step, static_cast<float>(loss_of(split_.training.leftCols(count))),
                             static_cast<float>(held_out)});
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
  Split split_;
  Random random_;
  TrainedAutoencoder result_;
  Tape encoding_, decoding_;
  std::vector<Matrix> best_;  ///< values of the best loss so far
  int worse_ = 0;             ///< looks since then
};

}  // namespace

void AutoencoderOptions::validate() const {
  check("layers", layers, layers >= 2 && layers <= 40 && layers % 2 == 0, "even, 2 to 40");
  check("width", width, width >= 1 && width <= 10000, "1 to 10000");
  check("components", components, components >= 1 && components <= 10000, "1 to 10000");
  check("sparsity", sparsity, sparsity >= 0 && std::isfinite(sparsity), "0 or more and finite");
  check("weight_decay", weight_decay, weight_decay >= 0 && std::isfinite(weight_decay),
        "0 or more and finite");
  check("learning_rate", learning_rate, learning_rate > 0 && std::isfinite(learning_rate),
        "positive and finite");
  check("epochs", epochs, epochs >= 0, "at least 0");
  check("batch", batch, batch >= 1, "at least 1");
}

namespace {

void require_sounding(const MatrixView& frames) {
  if (frames.cols() < 1 || !(frames.colwise().maxCoeff().minCoeff() > 0))
    throw InvalidArgument("an autoencoder needs frames, none of them silent");
}

/// The eigenvectors of F·Fᵀ with the largest eigenvalues, by way of the smaller of F·Fᵀ and Fᵀ·F.
Eigen::MatrixXd principal_directions(const Eigen::MatrixXd& F, Index count) {
  const bool by_frames = F.cols() < F.rows();
  const Eigen::MatrixXd gram =
      by_frames ? Eigen::MatrixXd(F.transpose() * F) : Eigen::MatrixXd(F * F.transpose());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  const Eigen::MatrixXd largest = solver.eigenvectors().rightCols(count).rowwise().reverse();
  if (!by_frames) return largest;
  const Eigen::MatrixXd turned = F * largest;
  return turned.array().rowwise() / turned.colwise().norm().array().max(1e-300);
}

}  // namespace

TrainedAutoencoder train_pca(const MatrixView& frames, Index components) {
  require_sounding(frames);
  const Index most = std::min(frames.rows(), frames.cols());
  check("components", components, components >= 1 && components <= most,
        "at least 1, and no more than bins or frames");
  const Matrix F = unit_mean(frames);
  const Matrix W = principal_directions(F.cast<double>(), components).cast<float>();
  TrainedAutoencoder result;
  result.encoder = make_network(
      description_of({F.rows(), components}, Activation::identity, Activation::identity),
      [&](const ParameterShape&) -> Matrix { return W.transpose(); });
  result.decoder = make_network(
      description_of({components, F.rows()}, Activation::identity, Activation::relu_output),
      [&](const ParameterShape&) { return W; });
  result.floor = kl_floor;
  const Matrix output = multiply(as_it_lies(W), as_it_lies(multiply(transposed(W), as_it_lies(F))));
  result.loss =
      Loss{LossKind::squared, 0}.value(F, output.cwiseMax(0)) / static_cast<double>(F.size());
  return result;
}

TrainedAutoencoder train_autoencoder(const MatrixView& frames, const AutoencoderOptions& options,
                                     const ProgressCallback& progress) {
  options.validate();
  require_sounding(frames);
  return Training(frames, options).run(progress);
}

}  // namespace nmfsep
