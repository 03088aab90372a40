#include "flags/objective_flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nmf/priors/combined.hpp"
#include "nmfsep/nmf/priors/prior_text.hpp"
#include "nmfsep/sources/agreement.hpp"

namespace nmfsep::cli {
namespace {

/// What one flag says: of a source alone where it names one, and null for "none".
struct GivenPrior {
  std::string source;
  std::string kind;
  std::shared_ptr<const Penalty> prior;
};

GivenPrior parse(const std::string& text) {
  const std::size_t colon = text.substr(0, text.find('=')).rfind(':');
  GivenPrior given;
  if (colon != std::string::npos) given.source = text.substr(0, colon);
  const std::string prior = colon == std::string::npos ? text : text.substr(colon + 1);
  given.kind = prior.substr(0, prior.find('='));
  try {
    if (prior != "none") given.prior = prior_from_string(prior);
  } catch (const InvalidArgument& error) {
    throw InvalidArgument(fmt::format("--prior {}", error.what()));
  }
  return given;
}

std::vector<GivenPrior> parse_all(const std::vector<std::string>& texts) {
  std::vector<GivenPrior> all;
  for (const std::string& text : texts) {
    const GivenPrior given = parse(text);
    for (const GivenPrior& before : all)
      if (before.source == given.source && (before.kind == given.kind || !before.prior))
        throw InvalidArgument(fmt::format("--prior {}: {} is given twice", printable(text),
                                          before.prior ? given.kind : "a prior beside none"));
    all.push_back(given);
  }
  return all;
}

/// "sparsity=X, that few atoms …; gamma=A,B, that …".
std::string summaries() {
  std::string all;
  for (const PriorKind& kind : prior_kinds())
    all +=
        fmt::format("{}{}={}, {}", all.empty() ? "" : "; ", kind.name, kind.values, kind.summary);
  return all;
}

}  // namespace

void ObjectiveFlags::add_divergence_to(Flags& app) {
  app.add_option("--divergence", divergence_,
                 "What is minimised: kl of magnitudes, is (Itakura-Saito) or euclidean of powers, "
                 "or beta=X between and beyond them, of magnitudes (default: kl)")
      ->type_name("kl|is|euclidean|beta=X");
}

void ObjectiveFlags::add_to(Flags& app, const std::string& scope, bool of_sources) {
  add_divergence_to(app);
  app.add_option("--prior", priors_,
                 fmt::format("What is believed beforehand; several count together: {}. {}",
                             summaries(), scope))
      ->one_value_each()
      ->type_name(of_sources ? "[NAME:]KIND=X" : "KIND=X");
}

Objective ObjectiveFlags::objective() const {
  if (!divergence_) return {};
  try {
    return objective_for(divergence_from_string(*divergence_));
  } catch (const InvalidArgument& error) {
    throw InvalidArgument(fmt::format("--divergence: {}", error.what()));
  }
}

std::shared_ptr<const Penalty> ObjectiveFlags::prior() const {
  std::vector<std::shared_ptr<const Penalty>> priors;
  for (const GivenPrior& given : parse_all(priors_)) {
    if (!given.source.empty())
      throw InvalidArgument(fmt::format("--prior {}:{}: here is one source; leave out its name",
                                        printable(given.source), given.kind));
    priors.push_back(given.prior);
  }
  return sum_of(std::move(priors));
}

std::shared_ptr<const Penalty> ObjectiveFlags::prior(
    const std::vector<SourceModel>& models, const std::vector<std::string>& sources) const {
  std::vector<std::shared_ptr<const Penalty>> priors;
  std::set<std::string> told;
  for (const GivenPrior& given : parse_all(priors_)) {
    if (!given.source.empty() &&
        std::find(sources.begin(), sources.end(), given.source) == sources.end())
      throw InvalidArgument(fmt::format("--prior {}:{}: there is no source '{}', only {}",
                                        printable(given.source), given.kind,
                                        printable(given.source), fmt::join(sources, ", ")));
    told.insert(given.source);
    priors.push_back(given.source.empty() || !given.prior ? given.prior
                                                          : of_source(given.source, given.prior));
  }
  for (const SourceModel& model : models)
    if (!told.contains("") && !told.contains(model->name)) priors.push_back(prior_of(*model));
  return sum_of(std::move(priors));
}

}  // namespace nmfsep::cli
