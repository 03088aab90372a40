#include "train/training_flags.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "flags/take.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {
namespace {

/// What the methods usually take, of those that can train so.
std::vector<TrainingOptions> usual_options(bool together) {
  std::vector<TrainingOptions> all;
  for (const TrainingMethod& method : training_methods())
    if (together ? method.usual_together : method.usual_alone)
      all.push_back(usual_training(method.name, together));
  return all;
}

/// "25", or where methods differ "nmf 25, exemplars 400, convolutive 25".
template <typename Value>
std::string defaults(const std::vector<TrainingOptions>& all, Value value_in) {
  const auto first = value_in(all.front());
  std::string each;
  bool alike = true;
  for (const TrainingOptions& options : all) {
    alike = alike && value_in(options) == first;
    each += fmt::format("{}{} {}", each.empty() ? "" : ", ", options.method, value_in(options));
  }
  return alike ? fmt::format("{}", first) : each;
}

/// "nmf|exemplars", and "nmf learns atoms; exemplars takes …".
struct MethodWords {
  std::string names;
  std::string summaries;

  explicit MethodWords(bool together) {
    for (const TrainingOptions& options : usual_options(together)) {
      const TrainingMethod& method = training_method(options.method);
      names += fmt::format("{}{}", names.empty() ? "" : "|", method.name);
      summaries +=
          fmt::format("{}{} {}", summaries.empty() ? "" : "; ", method.name, method.summary);
    }
  }
};

}  // namespace

void TrainingFlags::add_to(Flags& app) {
  const std::vector<TrainingOptions> all = usual_options(together_);
  const auto usual = [&](auto value_in) { return defaults(all, value_in); };
  const MethodWords words(together_);
  app.add_option("--method", method_, fmt::format("{} (default: {})", words.summaries, method_))
      ->type_name(words.names);
  app.add_option("-c,--components", components_,
                 fmt::format("Atoms of a source, or of each of its states, exemplars at most, or "
                             "units of a network's code "
                             "(default: {})",
                             usual([](const auto& o) { return o.nmf.components; })))
      ->type_name("N");
  app.add_option("--context", context_,
                 fmt::format("Frames an atom spans, odd (default: {})",
                             usual([](const auto& o) { return o.context; })))
      ->type_name("FRAMES");
  if (together_) add_set_flags(app);
  app.add_option("--most-seconds", most_seconds_,
                 fmt::format("Audio of a source to learn from, all channels counted; of more, "
                             "pieces are drawn by the seed (default: {})",
                             ReadingOptions().most_seconds))
      ->type_name("SECONDS");
  if (together_)
    add_solver_flags(app, all, {"squarem", ", squarem further where activations are found"});
  else
    add_solver_flags(app, all,
                     {"em",
                      ", em learns probabilities by expectation and maximisation, for "
                      "--method nmf"});
  objective_.add_to(app, fmt::format("A model keeps it for mixtures (default: {})", prior_));
  if (!together_) {
    add_network_flags(app);
    add_state_flags(app);
  }
  input_.add_to(app);
  add_analysis_flags(app);
}

void TrainingFlags::add_shared_to(Flags& app) {
  const TrainingOptions usual = usual_training(method_);
  app.add_option("-c,--components", components_,
                 fmt::format("Atoms to learn (default: {})", usual.nmf.components))
      ->type_name("N");
  add_solver_flags(app, {usual}, {});
  objective_.add_divergence_to(app);
  input_.add_excerpts_to(app);
  add_analysis_flags(app);
}

/// How updates are made, by the usual solvers or by another.
void TrainingFlags::add_solver_flags(Flags& app, const std::vector<TrainingOptions>& all,
                                     const NamedSolver& other) {
  const auto usual = [&](auto value_in) { return defaults(all, value_in); };
  std::vector<std::string> solvers{"multiplicative", "over-relaxed"};
  if (!other.name.empty()) solvers.push_back(other.name);
  app.add_option(
         "--solver", solver_,
         fmt::format("How updates are made: over-relaxed goes nearly twice as far as "
                     "multiplicative steps do{} (default: {})",
                     other.text, usual([](const auto& o) { return to_string(o.nmf.solver); })))
      ->one_of(solvers)
      ->type_name(fmt::format("{}", fmt::join(solvers, "|")));
  add_update_flags(app, {iterations_, usual([](const auto& o) { return o.nmf.iterations; })},
                   {tolerance_, usual([](const auto& o) { return o.nmf.tolerance; })});
  add_seed_flag(app, seed_);
}

void TrainingFlags::add_analysis_flags(Flags& app) {
  analysis_.add_to(app);
  app.add_option("--sample-rate", sample_rate_,
                 "Rate to learn at; recordings at another are resampled to it (default: the first "
                 "recording's)")
      ->type_name("HZ");
}

void TrainingFlags::add_set_flags(Flags& app) {
  const std::vector<TrainingOptions> all = usual_options(together_);
  const auto usual = [&](auto value_in) { return defaults(all, value_in); };
  app.add_option("--ensemble", ensemble_,
                 fmt::format("Sets of exemplars whose masks are averaged (default: {})",
                             usual([](const auto& o) { return o.ensemble; })))
      ->type_name("N");
  app.add_option("--mixture-seconds", mixture_seconds_,
                 fmt::format("Length of the mixtures that the atoms to rebuild from are fitted "
                             "to; 0 = rebuild from the exemplars (default: {})",
                             usual([](const auto& o) { return o.mixture_seconds; })))
      ->type_name("SECONDS");
  app.add_flag("--exact", exact_,
               "Find activations of large sets on all rows and atoms, and have the models ask for "
               "that: some twenty times slower, and seldom better");
  masks_.add_to(app);
}

void TrainingFlags::add_network_flags(Flags& app) {
  app.add_option("--layers", network_.layers,
                 fmt::format("Layers of an autoencoder, half of which decode; 2 is shallow "
                             "(default: {})",
                             network_.layers))
      ->type_name("N");
  app.add_option("--width", network_.width,
                 fmt::format("Units of its layers beside the code (default: {})", network_.width))
      ->type_name("N");
  app.add_option("--stride", network_.stride,
                 fmt::format("Frames that a code of conv-autoencoder stands for, at most --context "
                             "(default: {})",
                             network_.stride))
      ->type_name("FRAMES");
  app.add_option("--activation", activation_,
                 fmt::format("What its units do to their sums (default: {})", activation_))
      ->type_name("relu|abs|softplus|elu|sigmoid|tanh|identity");
  app.add_option("--loss", loss_, fmt::format("What it minimises (default: {})", loss_))
      ->one_of({"kl", "squared"})
      ->type_name("kl|squared");
  app.add_option("--lambda", network_.sparsity,
                 fmt::format("Weight of the L1 norm of its code: more makes fewer units sound "
                             "(default: {})",
                             network_.sparsity))
      ->type_name("X");
  app.add_option("--weight-decay", network_.weight_decay,
                 fmt::format("Of each weight, what a step takes away, times the learning rate "
                             "(default: {})",
                             network_.weight_decay))
      ->type_name("X");
  app.add_option("--dropout", network_.dropout,
                 fmt::format("Part of the units beside the code that a step leaves out (default: "
                             "{})",
                             network_.dropout))
      ->type_name("X");
  app.add_option(
         "--epochs", network_.epochs,
         fmt::format("Passes of its training over the frames; 0 = as many as make 500 steps "
                     "where it is shallow, else 700 (default: {})",
                     network_.epochs))
      ->type_name("N");
  app.add_option("--learning-rate", network_.learning_rate,
                 fmt::format("Of its first step (default: {})", network_.learning_rate))
      ->type_name("X");
}

void TrainingFlags::add_state_flags(Flags& app) {
  const NHmmOptions usual;
  app.add_option("--states", states_,
                 fmt::format("States of a hidden Markov model, with -c atoms each (default: {})",
                             usual.states))
      ->type_name("N");
  app.add_option("--draws", draws_,
                 fmt::format("How sure it is of its state: counts that a frame of the mean level "
                             "is worth; fewer leave more states possible (default: {})",
                             usual.draws))
      ->type_name("N");
}

AudioInputs TrainingFlags::inputs(bool reads_stdin, Diagnostics& diagnostics) const {
  input_.validate(reads_stdin);
  return AudioInputs(input_.raw(), input_.take_what_is_there() ? &diagnostics : nullptr);
}

ReadingOptions TrainingFlags::reading(AudioInputs& inputs) const {
  ReadingOptions reading;
  take(most_seconds_, reading.most_seconds);
  reading.seed = seed_;
  reading.excerpt = input_.excerpt();
  reading.sample_rate = sample_rate_;
  reading.open = [&inputs](const std::filesystem::path& path, const ProgressCallback& progress) {
    return inputs.open(path, progress);
  };
  return reading;
}

/// What beside the method makes a flag have no effect.
std::string TrainingFlags::beside(std::string_view flag, const TrainingOptions& options) const {
  if (flag == "cell" || flag == "one-way") return masks_.beside();
  return together_ && options.mixture_seconds == 0 ? " and --mixture-seconds 0" : "";
}

/// What the user gave in vain.
void TrainingFlags::refuse_without_effect(const TrainingOptions& options) const {
  std::map<std::string_view, bool> given = masks_.given();
  given.insert({{"solver", !solver_.empty()},
                {"iterations", iterations_.has_value()},
                {"tolerance", tolerance_.has_value()},
                {"divergence", objective_.gave_divergence()},
                {"exact", exact_},
                {"prior", objective_.gave_prior()}});
  for (const std::string_view name : options_without_effect(options))
    if (given.at(name))
      throw InvalidArgument(fmt::format("--{} has no effect with --method {}{}; leave it out", name,
                                        options.method, beside(name, options)));
}

TrainingOptions TrainingFlags::options(const std::filesystem::path& first, AudioInputs& inputs,
                                       const ProgressCallback& progress) const {
  TrainingOptions options = usual_training(method_, together_);
  options.fit_components = !components_;
  take(components_, options.nmf.components);
  take(context_, options.context);
  take(ensemble_, options.ensemble);
  take(mixture_seconds_, options.mixture_seconds);
  take(iterations_, options.nmf.iterations);
  take(tolerance_, options.nmf.tolerance);
  options.nmf.exact = exact_;
  masks_.apply_to(options.masks);
  if (!solver_.empty()) options.nmf.solver = solver_from_string(solver_);
  if (options.nmf.solver == Solver::em && method_ != "nmf")
    throw InvalidArgument(
        fmt::format("--solver em is for --method nmf; with --method {} leave it out", method_));
  if ((states_ || draws_) && method_ != "n-hmm")
    throw InvalidArgument(fmt::format("--{} is for --method n-hmm; with --method {} leave it out",
                                      states_ ? "states" : "draws", method_));
  take(states_, options.n_hmm.states);
  take(draws_, options.n_hmm.draws);
  options.nmf.seed = seed_;
  options.network = network_;
  options.network.activation = activation_from_string(activation_);
  options.network.loss = loss_ == "kl" ? LossKind::kl : LossKind::squared;
  if (objective_.gave_divergence()) options.objective = objective_.objective();
  take(analysis_.magnitude_exponent(), options.objective.magnitude_exponent);
  options.nmf.penalty = objective_.prior();
  refuse_without_effect(options);
  if (analysis_.given())
    options.stft =
        analysis_.stft(sample_rate_ ? *sample_rate_ : inputs.sample_rate(first, progress));
  return options;
}

}  // namespace nmfsep::cli
