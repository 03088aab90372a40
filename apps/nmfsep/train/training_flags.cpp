#include "train/training_flags.hpp"

#include <fmt/format.h>

#include <vector>

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
std::string defaults(bool together, Value value_in) {
  const std::vector<TrainingOptions> all = usual_options(together);
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

template <typename T>
void take(const std::optional<T>& given, T& target) {
  if (given) target = *given;
}

}  // namespace

void TrainingFlags::add_to(Flags& app) {
  const auto usual = [&](auto value_in) { return defaults(together_, value_in); };
  const MethodWords words(together_);
  app.add_option("--method", method_, fmt::format("{} (default: {})", words.summaries, method_))
      ->type_name(words.names);
  app.add_option("-c,--components", components_,
                 fmt::format("Atoms of a source, exemplars at most (default: {})",
                             usual([](const auto& o) { return o.nmf.components; })))
      ->type_name("N");
  app.add_option("--context", context_,
                 fmt::format("Frames an atom spans, odd (default: {})",
                             usual([](const auto& o) { return o.context; })))
      ->type_name("FRAMES");
  if (together_) {
    app.add_option("--ensemble", ensemble_,
                   fmt::format("Sets of exemplars whose masks are averaged (default: {})",
                               usual([](const auto& o) { return o.ensemble; })))
        ->type_name("N");
    app.add_option("--mixture-seconds", mixture_seconds_,
                   fmt::format("Length of the mixtures that the atoms to rebuild from are fitted "
                               "to; 0 = rebuild from the exemplars (default: {})",
                               usual([](const auto& o) { return o.mixture_seconds; })))
        ->type_name("SECONDS");
  }
  app.add_option("--most-seconds", most_seconds_,
                 fmt::format("Audio of a source to learn from, all channels counted; of more, "
                             "pieces are drawn by the seed (default: {})",
                             TrainingOptions().most_seconds))
      ->type_name("SECONDS");
  std::vector<std::string> solvers{"multiplicative", "over-relaxed"};
  if (together_) solvers.emplace_back("squarem");
  app.add_option("--solver", solver_,
                 fmt::format("How updates are made: over-relaxed goes nearly twice as far as "
                             "multiplicative steps do{} (default: {})",
                             together_ ? ", squarem further where activations are found" : "",
                             usual([](const auto& o) { return to_string(o.nmf.solver); })))
      ->one_of(solvers)
      ->type_name(fmt::format("{}", fmt::join(solvers, "|")));
  add_update_flags(app, {iterations_, usual([](const auto& o) { return o.nmf.iterations; })},
                   {tolerance_, usual([](const auto& o) { return o.nmf.tolerance; })});
  add_seed_flag(app, seed_);
  analysis_.add_to(app);
}

TrainingOptions TrainingFlags::options(const std::string& first_file) const {
  TrainingOptions options = usual_training(method_, together_);
  options.fit_components = !components_;
  take(components_, options.nmf.components);
  take(context_, options.context);
  take(ensemble_, options.ensemble);
  take(mixture_seconds_, options.mixture_seconds);
  take(most_seconds_, options.most_seconds);
  take(iterations_, options.nmf.iterations);
  take(tolerance_, options.nmf.tolerance);
  if (!solver_.empty()) options.nmf.solver = solver_from_string(solver_);
  options.nmf.seed = seed_;
  options.objective.magnitude_exponent = analysis_.magnitude_exponent();
  if (analysis_.given()) options.stft = analysis_.stft_for(first_file);
  return options;
}

}  // namespace nmfsep::cli
