#include "nmfsep/tuning/levers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string_view>

#include "nmfsep/nmf/priors/prior_text.hpp"

namespace nmfsep {
namespace {

/// `current` with the field that `field` finds in it replaced by each of `values` in turn, itself
/// left out.
template <typename Field, typename Value>
std::vector<TrainingOptions> replaced(const TrainingOptions& current, Field field,
                                      std::initializer_list<Value> values) {
  std::vector<TrainingOptions> result;
  for (const Value& value : values) {
    TrainingOptions choice = current;
    field(choice) = value;
    if (choice != current) result.push_back(std::move(choice));
  }
  return result;
}

/// Alone, and beside exemplars.
constexpr std::string_view network_methods[] = {"drnn", "network"};
constexpr int first_steps = 300;  ///< of a network's training, doubled while that helps
constexpr int most_steps = 2400;

/// Of sets, which are searched on few rows by Kullback-Leibler without priors, neither is moved.
bool is_plain(const TrainingOptions& choice) { return choice.method == "nmf"; }

/// Which knows time by its states, not by atoms of several frames.
bool is_n_hmm(const TrainingOptions& choice) { return choice.method == "n-hmm"; }

StftOptions stft_of(int fft_size) { return {fft_size, fft_size / 4, Window::hann}; }

std::vector<TrainingOptions> window_lengths(const TrainingOptions& current) {
  const int length = current.stft->fft_size;
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.stft; },
                  {stft_of(std::min(length * 2, 65536)), stft_of(std::max(length / 2, 64))});
}

/// Methods of each source by itself, with what each usually takes.
std::vector<TrainingOptions> methods(const TrainingOptions& current) {
  if (is_network(current)) return {};
  std::vector<TrainingOptions> result;
  for (const char* method : {"nmf", "convolutive", "n-hmm"}) {
    const TrainingOptions usual = usual_training(method);
    TrainingOptions choice = current;
    choice.method = method;
    choice.together = false;
    choice.context = usual.context;
    choice.nmf.components = usual.nmf.components;
    choice.nmf.iterations = usual.nmf.iterations;
    if (is_n_hmm(choice)) {
      choice.objective.divergence = usual.objective.divergence;
      choice.nmf.penalty = nullptr;
      choice.fit_components = true;
    }
    result.push_back(std::move(choice));
  }
  return result;
}

std::vector<TrainingOptions> contexts(const TrainingOptions& current) {
  if (is_network(current) || is_n_hmm(current)) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.context; },
                  {1, 3, 5});
}

std::vector<TrainingOptions> component_counts(const TrainingOptions& current) {
  if (is_network(current)) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.nmf.components; },
                  {std::max<Index>(1, current.nmf.components / 2), current.nmf.components * 2});
}

std::vector<TrainingOptions> state_counts(const TrainingOptions& current) {
  if (!is_n_hmm(current)) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.n_hmm.states; },
                  {10, 20, 40});
}

std::vector<TrainingOptions> training_updates(const TrainingOptions& current) {
  if (current.together) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.nmf.iterations; },
                  {10, 25, 75});
}

std::vector<TrainingOptions> magnitude_exponents(const TrainingOptions& current) {
  if (is_network(current)) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& {
    return choice.objective.magnitude_exponent;
  },
                  {0.7, 1.0, 1.4});
}

std::vector<TrainingOptions> mixture_updates(const TrainingOptions& current) {
  if (is_network(current)) return {};
  return replaced(current,
                  [](TrainingOptions & choice) -> auto& { return choice.mixture_iterations; },
                  {20, 50, 150});
}

std::vector<TrainingOptions> ensembles(const TrainingOptions& current) {
  if (!current.together || is_network(current)) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.ensemble; }, {3});
}

std::vector<TrainingOptions> refits(const TrainingOptions& current) {
  if (!current.together || is_network(current)) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.mixture_seconds; },
                  {20.0});
}

/// With what goes with each.
std::vector<TrainingOptions> divergences(const TrainingOptions& current) {
  if (!is_plain(current) || current.nmf.penalty) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.objective; },
                  {objective_for({1}), objective_for({0.5}), objective_for({0})});
}

/// One object each, since choices are compared.
std::vector<TrainingOptions> priors(const TrainingOptions& current) {
  using Prior = std::shared_ptr<const Penalty>;
  static const Prior sparse = prior_from_string("sparsity=0.1");
  static const Prior smooth = prior_from_string("smoothness=1");
  static const Prior smoother = prior_from_string("smoothness=10");
  if (!is_plain(current) || current.objective.divergence.beta != 1) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.nmf.penalty; },
                  {Prior(), sparse, smooth, smoother});
}

/// A network that tells the sources apart, in place of dictionaries or beside them.
std::vector<TrainingOptions> networks(const TrainingOptions& current) {
  std::vector<TrainingOptions> result;
  for (const std::string_view method : network_methods) {
    if (current.method == method) continue;
    TrainingOptions choice = usual_training(method, true);
    choice.stft = current.stft;
    choice.mixture_seconds = 0;
    choice.masks.steps = is_network(current) ? current.masks.steps : first_steps;
    result.push_back(std::move(choice));
  }
  return result;
}

std::vector<TrainingOptions> network_steps(const TrainingOptions& current) {
  if (!is_network(current) || current.masks.steps >= most_steps) return {};
  return replaced(current, [](TrainingOptions & choice) -> auto& { return choice.masks.steps; },
                  {2 * current.masks.steps});
}

}  // namespace

bool is_network(const TrainingOptions& choice) {
  return std::ranges::find(network_methods, choice.method) != std::end(network_methods);
}

TrainingOptions usual_choice(int sample_rate) {
  TrainingOptions choice = usual_training("exemplars", true);
  choice.stft = StftOptions::for_sample_rate(sample_rate);
  choice.mixture_seconds = 0;
  return choice;
}

std::string describe(const TrainingOptions& choice) {
  if (is_network(choice))
    return fmt::format("{}, {} steps, FFT {}, mask exponent {}", choice.method, choice.masks.steps,
                       choice.stft->fft_size, choice.objective.mask_exponent);
  return fmt::format(
      "{}, {}{} components, context {}, FFT {}, magnitude exponent {}, {} training updates, {} s "
      "of mixtures, ensemble {}, mask exponent {}, {} updates, divergence {}, prior {}",
      choice.method, is_n_hmm(choice) ? fmt::format("{} states of ", choice.n_hmm.states) : "",
      choice.nmf.components, choice.context, choice.stft->fft_size,
      choice.objective.magnitude_exponent, choice.nmf.iterations, choice.mixture_seconds,
      choice.ensemble, choice.objective.mask_exponent, choice.mixture_iterations,
      to_string(choice.objective.divergence),
      choice.nmf.penalty ? choice.nmf.penalty->describe() : "none");
}

const std::vector<Lever>& levers() {
  static const std::vector<Lever> all{{"fft_size", window_lengths},
                                      {"context", contexts},
                                      {"method", methods},
                                      {"components", component_counts},
                                      {"states", state_counts},
                                      {"magnitude_exponent", magnitude_exponents},
                                      {"training_iterations", training_updates},
                                      {"iterations", mixture_updates},
                                      {"divergence", divergences},
                                      {"prior", priors},
                                      {"ensemble", ensembles},
                                      {"mixture_seconds", refits},
                                      {"network", networks},
                                      {"network_steps", network_steps}};
  return all;
}

}  // namespace nmfsep
