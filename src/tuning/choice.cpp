#include "nmfsep/tuning/choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/training/set_trainer.hpp"

namespace nmfsep {
namespace {

template <typename Options>
Options options_for(const Choice& choice, std::uint64_t seed) {
  Options options;
  options.stft = StftOptions{choice.fft_size, choice.fft_size / 4, Window::hann};
  options.magnitude_exponent = choice.magnitude_exponent;
  options.separation = choice.separation;
  options.context = choice.context;
  options.nmf.components = choice.components;
  options.nmf.iterations = choice.training_iterations;
  options.nmf.seed = seed;
  return options;
}

std::vector<SourceModel> train_set(const Choice& choice, const std::vector<SourceAudio>& sources,
                                   std::uint64_t seed, const ProgressCallback& progress) {
  auto options = options_for<SetTrainerOptions>(choice, seed);
  options.ensemble = choice.ensemble;
  options.mixture_seconds = choice.mixture_seconds;
  const auto models = SetTrainer(options).train(sources, progress);
  return {models.begin(), models.end()};
}

std::vector<SourceModel> train_apart(const Choice& choice, const std::vector<SourceAudio>& sources,
                                     std::uint64_t seed, const ProgressCallback& progress) {
  auto options = options_for<TrainerOptions>(choice, seed);
  options.method = choice.method;
  std::vector<SourceModel> models;
  for (const SourceAudio& source : sources)
    models.push_back(Trainer(options).train(source, progress).model);
  return models;
}

/// `current` with `field` replaced by each of `values` in turn, itself left out.
template <typename Field, typename Value>
std::vector<Choice> replaced(const Choice& current, Field field,
                             std::initializer_list<Value> values) {
  std::vector<Choice> result;
  for (const Value& value : values) {
    Choice choice = current;
    choice.*field = value;
    if (choice != current) result.push_back(choice);
  }
  return result;
}

bool draws(const Choice& choice) { return choice.method == TrainingMethod::exemplars; }

std::vector<Choice> window_lengths(const Choice& current) {
  return replaced(current, &Choice::fft_size,
                  {std::min(current.fft_size * 2, 65536), std::max(current.fft_size / 2, 64)});
}

/// Methods with the number of atoms and of frames that each usually has.
std::vector<Choice> methods(const Choice& current) {
  Choice plain = current;
  plain.method = TrainingMethod::nmf;
  plain.components = 25;
  plain.context = 1;
  plain.training_iterations = TrainerOptions::usual_nmf().iterations;
  Choice convolutive = plain;
  convolutive.method = TrainingMethod::convolutive;
  convolutive.context = 5;
  return {plain, convolutive};
}

std::vector<Choice> contexts(const Choice& current) {
  return replaced(current, &Choice::context, {1, 3, 5});
}

std::vector<Choice> component_counts(const Choice& current) {
  return replaced(current, &Choice::components, {current.components / 2, current.components * 2});
}

std::vector<Choice> training_updates(const Choice& current) {
  if (draws(current)) return {};
  return replaced(current, &Choice::training_iterations, {10, 25, 75});
}

std::vector<Choice> magnitude_exponents(const Choice& current) {
  return replaced(current, &Choice::magnitude_exponent, {0.7, 1.0, 1.4});
}

std::vector<Choice> mixture_updates(const Choice& current) {
  std::vector<Choice> result;
  for (const int iterations : {20, 50, 150}) {
    result.push_back(current);
    result.back().separation.iterations = iterations;
  }
  std::erase(result, current);
  return result;
}

std::vector<Choice> ensembles(const Choice& current) {
  return draws(current) ? replaced(current, &Choice::ensemble, {3}) : std::vector<Choice>();
}

std::vector<Choice> refits(const Choice& current) {
  return draws(current) ? replaced(current, &Choice::mixture_seconds, {20.0})
                        : std::vector<Choice>();
}

}  // namespace

Choice usual_choice(int sample_rate) {
  const SetTrainerOptions usual;
  Choice choice;
  choice.components = usual.nmf.components;
  choice.context = usual.context;
  choice.training_iterations = usual.nmf.iterations;
  choice.fft_size = StftOptions::for_sample_rate(sample_rate).fft_size;
  return choice;
}

std::string describe(const Choice& choice) {
  return fmt::format(
      "{}, {} components, context {}, FFT {}, magnitude exponent {}, {} training updates, {} s of "
      "mixtures, ensemble {}, mask exponent {}, {} updates",
      to_string(choice.method), choice.components, choice.context, choice.fft_size,
      choice.magnitude_exponent, choice.training_iterations, choice.mixture_seconds,
      choice.ensemble, choice.separation.mask_exponent, choice.separation.iterations);
}

std::vector<SourceModel> train(const Choice& choice, const std::vector<SourceAudio>& sources,
                               std::uint64_t seed, const ProgressCallback& progress) {
  return draws(choice) ? train_set(choice, sources, seed, progress)
                       : train_apart(choice, sources, seed, progress);
}

const std::vector<Lever>& levers() {
  static const std::vector<Lever> all{{"fft_size", window_lengths},
                                      {"context", contexts},
                                      {"method", methods},
                                      {"components", component_counts},
                                      {"magnitude_exponent", magnitude_exponents},
                                      {"training_iterations", training_updates},
                                      {"iterations", mixture_updates},
                                      {"ensemble", ensembles},
                                      {"mixture_seconds", refits}};
  return all;
}

}  // namespace nmfsep
