#pragma once

#include <optional>
#include <string>

#include "flags/flags.hpp"
#include "flags/objective_flags.hpp"
#include "separate/separate_track.hpp"

namespace nmfsep::cli {

/// The flags that say how a mixture is searched, and how masks come of what is found.
class SearchFlags {
 public:
  void add_mask_to(Flags& app);
  void add_to(Flags& app);

  const ObjectiveFlags& objective() const { return objective_; }

  /// What counts whatever the models say. Throws InvalidArgument for a solver that there is not.
  NmfOptions search() const;

  /// Does in the job as its models say where the user says nothing; `learns` where sources are
  /// learnt from the mixture.
  void settle(SeparationJob& job, bool learns) const;

  /// Sets what is believed of the sources, whose names the job knows by now.
  void settle_prior(SeparationJob& job) const;

  /// What came of these flags, so that a default that is said is as one that is not.
  Json settings(const SeparationJob& job) const;

 private:
  std::optional<double> mask_exponent_;
  std::optional<int> iterations_;
  std::optional<double> tolerance_;
  std::string solver_ = "squarem";
  NmfOptions search_;
  ObjectiveFlags objective_;
};

}  // namespace nmfsep::cli
