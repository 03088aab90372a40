#include "nmfsep/tuning/tuner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/training/trainer.hpp"
#include "trials.hpp"

namespace nmfsep {
namespace {

/// A gain below this (dB) is chance, and no reason to leave what is usual.
constexpr double least_gain = 0.1;
/// A choice so far behind (dB) on the first split is given up.
constexpr double hopeless = 0.5;
/// Part of the budget that the search may take; the last training follows it.
constexpr double search_part = 0.85;

/// Time that has passed, and who wants to stop.
class Watch {
 public:
  Watch(const TunerOptions& options, const ProgressCallback& outer)
      : budget_(options.budget_seconds),
        trials_{"trial", 0, options.most_choices, {}},
        outer_(outer) {}

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  bool over() const { return interrupted_ || seconds() > search_part * budget_; }
  bool interrupted() const { return interrupted_; }

  /// Asks the user, who sees how many trials are done, and the clock.
  ProgressCallback callback() {
    return [this](const Progress&) {
      if (outer_ && outer_(trials_) == Answer::cancel) interrupted_ = true;
      return over() ? Answer::cancel : Answer::proceed;
    };
  }
  void count_trial() { ++trials_.done; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double budget_;
  Progress trials_;
  const ProgressCallback& outer_;
  bool interrupted_ = false;
};

bool better(const Trial& a, const Trial& b) { return a.sdr > b.sdr; }

/// Of trials that differ in their mask exponent the best, but the usual exponent's where that is
/// as good but for chance.
const Trial& best_of(const std::vector<Trial>& trials) {
  const auto usual = std::find_if(trials.begin(), trials.end(), [](const Trial& trial) {
    return trial.choice.objective.mask_exponent == Objective().mask_exponent;
  });
  const auto best = std::min_element(trials.begin(), trials.end(), better);
  return best->sdr > usual->sdr + least_gain ? *best : *usual;
}

class Search {
 public:
  Search(const std::vector<Fold>& folds, const TunerOptions& options, Watch& watch)
      : folds_(folds), options_(options), watch_(watch) {}

  /// Throws Cancelled when time or choices are used up or the user has enough; what was found until
  /// then stays.
  void run(const TrainingOptions& start) {
    best_ = attempt(start);
    bool moved = true;
    while (moved) {
      moved = false;
      for (const Lever& lever : levers()) moved = pull(lever) || moved;
    }
  }

  const std::vector<Trial>& trials() const { return trials_; }
  const std::vector<LeverEffect>& effects() const { return effects_; }
  const Trial& best() const { return best_; }

 private:
  /// Moves the lever to its best place. Answers whether that is another one.
  bool pull(const Lever& lever) {
    const TrainingOptions here = best_.choice;
    double least = best_.sdr;
    double most = best_.sdr;
    int values = 1;
    for (const TrainingOptions& choice : lever.alternatives(here)) {
      if (tried(choice)) continue;
      const Trial trial = attempt(choice);
      least = std::min(least, trial.sdr);
      most = std::max(most, trial.sdr);
      ++values;
      if (trial.mixtures == best_.mixtures && trial.sdr > best_.sdr + least_gain) best_ = trial;
    }
    if (values > 1) note(lever.name, most - least, values);
    return best_.choice != here;
  }

  /// The best mask exponent's trial; of both splits unless the first shows that it is hopeless.
  Trial attempt(const TrainingOptions& choice) {
    const auto limit = static_cast<std::size_t>(options_.most_choices);
    if (limit > 0 && attempted_.size() == limit) throw Cancelled();
    attempted_.push_back(unmasked(choice));
    std::vector<Trial> trials = try_choice(choice, folds_[0], watch_.callback());
    const bool first = trials_.empty();
    if (first || best_of(trials).sdr > best_first_ - hopeless) {
      const double score = best_of(trials).sdr;
      const auto others = try_choice(choice, folds_[1], watch_.callback());
      for (std::size_t i = 0; i < trials.size(); ++i) trials[i] = combined(trials[i], others[i]);
      if (first || best_of(trials).sdr > best_.sdr) best_first_ = score;
    }
    trials_.insert(trials_.end(), trials.begin(), trials.end());
    watch_.count_trial();
    return best_of(trials);
  }

  static TrainingOptions unmasked(TrainingOptions choice) {
    choice.objective.mask_exponent = Objective().mask_exponent;
    return choice;
  }

  bool tried(const TrainingOptions& choice) const {
    return std::find(attempted_.begin(), attempted_.end(), unmasked(choice)) != attempted_.end();
  }

  /// The largest effect that a lever had, whenever it was pulled.
  void note(const std::string& name, double gain, int values) {
    const auto known = std::find_if(effects_.begin(), effects_.end(),
                                    [&](const LeverEffect& e) { return e.lever == name; });
    if (known == effects_.end())
      effects_.push_back({name, gain, values});
    else if (gain > known->gain)
      *known = {name, gain, values};
  }

  const std::vector<Fold>& folds_;
  const TunerOptions& options_;
  Watch& watch_;
  std::vector<Trial> trials_;
  std::vector<TrainingOptions> attempted_;  ///< of whatever mask exponent
  std::vector<LeverEffect> effects_;
  Trial best_;
  double best_first_ = 0;  ///< SDR of the best on the first split alone
};

/// What the mask exponent does for the best choice otherwise.
LeverEffect mask_effect(const std::vector<Trial>& trials, TrainingOptions best) {
  std::vector<Trial> alike;
  for (const double exponent : mask_exponents) {
    best.objective.mask_exponent = exponent;
    for (const Trial& trial : trials)
      if (trial.choice == best) alike.push_back(trial);
  }
  std::sort(alike.begin(), alike.end(), better);
  const double gain = alike.empty() ? 0 : alike.front().sdr - alike.back().sdr;
  return {"mask_exponent", gain, static_cast<int>(alike.size())};
}

/// What `choice` reached, mask exponent and all.
Trial usual_of(const std::vector<Trial>& trials, const TrainingOptions& choice) {
  const auto found = std::find_if(trials.begin(), trials.end(),
                                  [&](const Trial& trial) { return trial.choice == choice; });
  return found == trials.end() ? trials.front() : *found;
}

void search(const std::vector<Fold>& folds, const TunerOptions& options, Watch& watch,
            TuningResult& result) {
  Search search(folds, options, watch);
  try {
    search.run(result.best);
  } catch (const Cancelled&) {
    // Time is over, or the user has enough.
  }
  result.interrupted = watch.interrupted();
  result.trials = search.trials();
  if (result.trials.empty()) return;
  result.searched = true;
  result.usual = usual_of(result.trials, result.best);
  result.reached = search.best();
  result.best = result.reached.choice;
  result.effects = search.effects();
  result.effects.push_back(mask_effect(result.trials, result.best));
  std::stable_sort(result.trials.begin(), result.trials.end(), [](const Trial& a, const Trial& b) {
    return a.mixtures != b.mixtures ? a.mixtures > b.mixtures : better(a, b);
  });
  std::stable_sort(result.effects.begin(), result.effects.end(),
                   [](const LeverEffect& a, const LeverEffect& b) { return a.gain > b.gain; });
}

}  // namespace

void TunerOptions::validate() const {
  if (!(budget_seconds > 0) || budget_seconds > 1e6)
    throw InvalidArgument(fmt::format(
        "TunerOptions: budget_seconds = {}, must be above 0, at most a million", budget_seconds));
  if (most_choices < 0)
    throw InvalidArgument(
        fmt::format("TunerOptions: most_choices = {}, must be at least 0", most_choices));
}

Tuner::Tuner(TunerOptions options) : options_(options) { options_.validate(); }

TuningResult Tuner::tune(const std::vector<SourceAudio>& sources, Diagnostics& diagnostics,
                         const ProgressCallback& progress) const {
  validate_set(sources);
  Watch watch(options_, progress);
  TuningResult result;
  result.best = usual_choice(sources.front().recordings.front().sample_rate);
  result.best.nmf.seed = options_.seed;
  result.best.nmf.exact = options_.exact;
  if (const auto folds = split_in_time(sources)) {
    search(*folds, options_, watch, result);
  } else {
    result.enough_material = false;
    diagnostics.warn(WarningCode::too_little_material,
                     fmt::format("too little to hold some out: tuning takes {} s of each source, "
                                 "not silent at its beginning or end; usual settings are used",
                                 least_seconds));
  }
  result.models = models_of(Trainer(result.best).train(sources));
  return result;
}

}  // namespace nmfsep
