#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flags/flags.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/objective.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep::cli {

/// The flags that say what is minimised: a divergence, and priors beside it.
class ObjectiveFlags {
 public:
  /// `scope` says of whom priors are, and what counts where none is given.
  void add_to(Flags& app, const std::string& scope, bool of_sources = false);

  /// The divergence alone.
  void add_divergence_to(Flags& app);

  /// Whether the user gave a divergence, and any prior.
  bool gave_divergence() const { return divergence_.has_value(); }
  bool gave_prior() const { return !priors_.empty(); }

  /// What goes with the divergence. Throws InvalidArgument for one that there is not.
  Objective objective() const;

  /// What the user asked for of all sources, or null. Throws InvalidArgument for a prior that there
  /// is not, given twice, or whose value is out of range; and for one of a source alone.
  std::shared_ptr<const Penalty> prior() const;

  /// The same for a separation, where a prior may be of one source: what the models say of their
  /// own sources counts where the user says nothing of these. Throws InvalidArgument also where
  /// there is no such source.
  std::shared_ptr<const Penalty> prior(const std::vector<SourceModel>& models,
                                       const std::vector<std::string>& sources) const;

 private:
  std::optional<std::string> divergence_;
  std::vector<std::string> priors_;
};

}  // namespace nmfsep::cli
