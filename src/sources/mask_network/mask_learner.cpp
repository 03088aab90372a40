#include "sources/mask_network/mask_learner.hpp"

#include <fmt/format.h>

#include <chrono>

namespace nmfsep {
namespace {

constexpr int scale_batches = 16;  ///< that say what features look like
constexpr int timed_steps = 5;
constexpr Index convolution_frames = 5;  ///< that a unit of a convolution hears
constexpr double most_norm = 1;          ///< of a step's gradient
constexpr double weight_decay = 1e-4;
constexpr double mean_decay = 0.995;  ///< of the weights that are kept
constexpr float least_deviation = 1e-3F;

/// Mean and deviation of each feature, of mixtures that no step learns from: features × 2.
Matrix scale_of(const MaskExamples& examples) {
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(examples.features());
  Eigen::ArrayXd squares = sum;
  for (int batch = 1; batch <= scale_batches; ++batch) {
    const MaskExample example = examples.make(-batch);
    sum += example.features.cast<double>().rowwise().mean().array() / scale_batches;
    squares += example.features.cast<double>().array().square().rowwise().mean() / scale_batches;
  }
  Matrix scale(sum.size(), 2);
  scale.col(0) = sum.cast<float>();
  scale.col(1) = (squares - sum.square()).max(0).sqrt().cast<float>().max(least_deviation);
  return scale;
}

/// A hidden layer over `inputs` numbers a frame, of as many answers as `width`, or one fewer.
std::string hidden_layer(Index inputs, const MaskNetOptions& options) {
  const Index width = options.width;
  const Index directions = options.both_directions && width > 1 ? 2 : 1;
  switch (options.form) {
    case MaskNetForm::dense:
      return fmt::format("dense {} {} | bias {} | relu", inputs, width, width);
    case MaskNetForm::convolutional:
      return fmt::format("convolution 1 {} {} 1 {} 1 1 1 1 | bias {} | relu", inputs, width,
                         convolution_frames, width);
    case MaskNetForm::recurrent:
      return fmt::format("{} {} {} {}", to_string(options.cell), inputs, width / directions,
                         directions);
  }
  return {};
}

/// A dense hidden layer, those of the form, and what leads to the outputs.
std::string description_of(Index features, Index outputs, const MaskNetOptions& options) {
  std::string text = fmt::format("dropout 0.1 | dense {0} {1} | bias {1} | relu | dropout 0.3 | ",
                                 features, options.width);
  Index inputs = options.width;
  for (int layer = 0; layer < options.hidden_layers; ++layer) {
    text += hidden_layer(inputs, options) + " | dropout 0.3 | ";
    const bool halves = options.form == MaskNetForm::recurrent && options.both_directions;
    inputs -= halves && inputs > 1 ? inputs % 2 : 0;
  }
  return text + fmt::format("dense {0} {1} | bias {1}", inputs, outputs);
}

/// Puts what is taken off the features, (x − mean) / deviation, into the first matrix and bias.
void absorb(const Matrix& scale, Network& network) {
  Matrix& W = *network.parameters()[0];
  W.array().rowwise() /= scale.col(1).transpose().array();
  *network.parameters()[1] -= W * scale.col(0);
}

}  // namespace

MaskLearner::MaskLearner(const MaskExamples& examples, const MaskNetOptions& options)
    : random_(options.seed),
      network_(make_network(description_of(examples.features(), examples.outputs(), options),
                            random_parameters(random_))),
      scale_(scale_of(examples)),
      adam_(network_.parameters(), {.learning_rate = options.learning_rate,
                                    .decay_steps = options.steps,
                                    .most_norm = most_norm,
                                    .weight_decay = weight_decay}),
      mean_(network_.parameters(), mean_decay),
      options_(options) {}

double MaskLearner::learn(MaskExample example) {
  example.features.colwise() -= scale_.col(0);
  example.features.array().colwise() /= scale_.col(1).array();
  Tape tape;
  Batch answer = network_.forward({std::move(example.features), mask_piece_frames}, tape, &random_);
  const double loss = mask_loss(example, options_, answer.values);
  std::vector<Matrix> gradients = network_.no_gradients();
  network_.learn(std::move(answer), tape, gradients);
  adam_.step(gradients);
  mean_.update();
  return loss;
}

double seconds_of_step(const std::vector<SourceAudio>& sources, const StftOptions& stft,
                       const MaskNetOptions& options) {
  const MaskExamples examples(sources, stft, options);
  MaskLearner learner(examples, options);
  learner.learn(examples.make(0));
  const auto start = std::chrono::steady_clock::now();
  for (int step = 1; step <= timed_steps; ++step) learner.learn(examples.make(step));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
         timed_steps;
}

Network MaskLearner::network() {
  mean_.swap();
  Network network = network_;
  mean_.swap();
  absorb(scale_, network);
  return network;
}

}  // namespace nmfsep
