#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "console/console.hpp"
#include "json/json_output.hpp"
#include "nmfsep/sources/decomposer.hpp"
#include "separate/batch/batch_flags.hpp"
#include "separate/group_flags.hpp"
#include "separate/hpss_flags.hpp"

namespace nmfsep::cli {

/// "rest=25": a source by the name of rest, with 25 atoms. Throws InvalidArgument for anything
/// else.
LearntSource learnt_source(const std::string& text);

/// What -c calls a component of so many, counted from 0: "component-01".
std::string component_name(Index component, Index count);

/// What else is known of the mixture.
struct KnownOfMixture {
  bool marks = false;  ///< --guide
  bool score = false;  ///< --score, whose parts are sources
};

/// The flags that say what a mixture is made of: models, sources to learn beside them, components
/// without either, or what sustains and what strikes.
class SourceFlags {
 public:
  void add_to(Flags& app);

  /// Spells out patterns of models, and takes those that stand among the inputs.
  void take_models(BatchFlags& batch);

  /// Takes these models and sources to learn (NAME=N) where the user gave none.
  void take_if_none(const std::vector<std::filesystem::path>& models,
                    const std::vector<std::string>& learn);

  /// Throws InvalidArgument where these flags contradict each other, or say nothing. Where the
  /// mixture is known otherwise, sources may be learnt without any model.
  void validate(const KnownOfMixture& known) const;

  const std::vector<std::string>& models() const { return models_; }
  bool learns() const { return !learn_.empty(); }
  bool splits() const { return components_.has_value(); }
  /// Of -c; 0 without.
  Index components() const { return components_.value_or(0); }
  /// The file that labels where in the mixture sources are alone; or empty.
  const std::string& labels() const { return labels_; }
  /// Whether any source comes with a model, be it learnt from labelled stretches.
  bool has_models() const { return !models_.empty() || !labels_.empty(); }
  /// A file for what is learnt of the mixture; or empty.
  const std::string& save_model() const { return save_model_; }
  const GroupFlags& groups() const { return groups_; }
  bool gave_hpss() const { return hpss_.given(); }
  std::optional<HpssOptions> hpss() const { return hpss_.options(); }

  /// Throws ModelFileError.
  std::vector<SourceModel> load(Console& console) const;
  /// What --learn names, and each component of -c. Throws InvalidArgument.
  std::vector<LearntSource> learnt() const;
  Json settings() const;

 private:
  std::vector<std::string> models_;
  std::vector<std::string> learn_;
  std::optional<Index> components_;
  std::string labels_;
  GroupFlags groups_;
  HpssFlags hpss_;
  std::string save_model_;
};

}  // namespace nmfsep::cli
