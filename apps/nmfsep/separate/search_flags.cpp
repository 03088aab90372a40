#include "separate/search_flags.hpp"

#include <fmt/format.h>

#include <vector>

#include "flags/options.hpp"
#include "nmfsep/sources/agreement.hpp"

namespace nmfsep::cli {

void SearchFlags::add_mask_to(Flags& app) {
  app.add_option("--mask-exponent", mask_exponent_,
                 "Masks are V_s^p / sum of V^p: 1 splits by magnitude, 2 by power (default: "
                 "what the models say, usually 1.5)")
      ->type_name("P");
}

void SearchFlags::add_to(Flags& app) {
  add_update_flags(
      app,
      {iterations_, fmt::format("what the models say, usually {}; {} where a source is learnt",
                                Agreement().mixture_iterations, search_.iterations)},
      {tolerance_, fmt::format("{}", search_.tolerance)});
  add_seed_flag(app, search_.seed);
  objective_.add_to(app,
                    "NAME:sparsity=X is of the source NAME alone (default: what the models say; "
                    "none: nothing)",
                    true);
  app.add_option(
         "--solver", solver_,
         "multiplicative takes plain steps, over-relaxed nearly twice as long ones; squarem "
         "extrapolates where models alone explain the mixture, and is over-relaxed where a "
         "source is learnt; em finds probabilities by expectation and maximisation, plain steps "
         "where atoms are known (default: squarem)")
      ->type_name("multiplicative|over-relaxed|squarem|em");
  app.add_flag("--exact", search_.exact,
               "Search large dictionaries on all rows and atoms: some twenty times slower, and "
               "seldom better (default: what the models say)");
}

NmfOptions SearchFlags::search() const {
  NmfOptions search = search_;
  search.solver = solver_from_string(solver_);
  return search;
}

void SearchFlags::settle(SeparationJob& job, bool learns) const {
  const Agreement agreement = agreement_of(job.models);
  job.objective = job.models.empty() ? objective_.objective() : agreement.objective;
  job.nmf.divergence = job.objective.divergence;
  if (!learns && !job.models.empty()) job.nmf.iterations = agreement.mixture_iterations;
  job.nmf.exact = job.nmf.exact || agreement.exact;
  if (job.hpss) job.objective.mask_exponent = job.hpss->mask_exponent;
  if (mask_exponent_) job.objective.mask_exponent = *mask_exponent_;
  if (job.hpss) job.hpss->mask_exponent = job.objective.mask_exponent;
  if (iterations_) job.nmf.iterations = *iterations_;
  if (tolerance_) job.nmf.tolerance = *tolerance_;
  if (job.models.empty() && job.analysis.magnitude_exponent())
    job.objective.magnitude_exponent = *job.analysis.magnitude_exponent();
}

void SearchFlags::settle_prior(SeparationJob& job) const {
  std::vector<std::string> names;
  for (const SourceModel& model : job.models) names.push_back(model->name);
  for (const LearntSource& source : job.learnt) names.push_back(source.name);
  if (job.score)
    for (const std::string& name : job.score->names()) names.push_back(name);
  job.nmf.penalty = objective_.prior(job.models, names);
}

Json SearchFlags::settings(const SeparationJob& job) const {
  return {{"iterations", job.nmf.iterations},
          {"tolerance", job.nmf.tolerance},
          {"seed", job.nmf.seed},
          {"solver", solver_},
          {"mask_exponent", job.objective.mask_exponent}};
}

}  // namespace nmfsep::cli
