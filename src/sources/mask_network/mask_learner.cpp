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

/// What features look like, of mixtures that no step learns from.
FeatureScale scale_of(const MaskExamples& examples) {
  FeatureScale scale(examples.features());
  for (int batch = 1; batch <= scale_batches; ++batch) scale.count(examples.make(-batch).features);
  return scale;
}

/// Of a recurrent layer, among which its units are divided.
Index directions_of(const MaskNetOptions& options) {
  return options.form == MaskNetForm::recurrent && options.both_directions && options.width > 1 ? 2
                                                                                                : 1;
}

/// A hidden layer over `inputs` numbers a frame, of as many answers as `width`, or one fewer.
std::string hidden_layer(Index inputs, const MaskNetOptions& options) {
  const Index width = options.width;
  const Index directions = directions_of(options);
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
    inputs = options.width / directions_of(options) * directions_of(options);
  }
  return text + fmt::format("dense {0} {1} | bias {1}", inputs, outputs);
}

/// With random weights; one that hears dictionaries begins as their own answer: it adds nothing.
Network first_network(const MaskExamples& examples, const MaskNetOptions& options, Random& random) {
  Network network = make_network(description_of(examples.features(), examples.outputs(), options),
                                 random_parameters(random));
  const std::vector<Matrix*> parameters = network.parameters();
  if (examples.is_heard()) parameters[parameters.size() - 2]->setZero();  // its bias is 0 already
  return network;
}

}  // namespace

MaskLearner::MaskLearner(const MaskExamples& examples, const MaskNetOptions& options)
    : random_(options.seed),
      network_(first_network(examples, options, random_)),
      scale_(scale_of(examples)),
      adam_(network_.parameters(), {.learning_rate = options.learning_rate,
                                    .decay_steps = options.steps,
                                    .most_norm = most_norm,
                                    .weight_decay = weight_decay}),
      mean_(network_.parameters(), mean_decay),
      options_(options) {}

double MaskLearner::learn(MaskExample example) {
  scale_.take_off(example.features);
  Tape tape;
  Batch answer = network_.forward({std::move(example.features), mask_piece_frames}, tape, &random_);
  const double loss = mask_loss(example, options_, answer.values);
  std::vector<Matrix> gradients = network_.no_gradients();
  network_.learn(std::move(answer), tape, gradients);
  adam_.step(gradients);
  mean_.update();
  return loss;
}

double seconds_of_step(const MaskFold& material, const StftOptions& stft,
                       const MaskNetOptions& options) {
  const MaskExamples examples({material}, stft, options);
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
  scale_.absorb_into(*network.parameters()[0], *network.parameters()[1]);
  return network;
}

}  // namespace nmfsep
