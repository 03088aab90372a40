#include "flags/objective_flags.hpp"

#include <fmt/format.h>

#include "flags/options.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nmf/sparsity_penalty.hpp"

namespace nmfsep::cli {
namespace {

std::shared_ptr<const Penalty> parse_prior(const std::string& text) {
  constexpr std::string_view sparsity = "sparsity=";
  const std::optional<double> strength =
      text.starts_with(sparsity)
          ? parse_number<double>(std::string_view(text).substr(sparsity.size()))
          : std::nullopt;
  if (!strength || !(*strength > 0 && *strength <= 1e6))
    throw InvalidArgument(fmt::format(
        "--prior {}: must be sparsity=X with X above 0, as in sparsity=0.5", printable(text)));
  return std::make_shared<const SparsityPenalty>(*strength);
}

}  // namespace

void ObjectiveFlags::add_to(Flags& app) {
  app.add_option("--divergence", divergence_,
                 "What is minimised: kl of magnitudes, is (Itakura-Saito) or euclidean of powers, "
                 "or beta=X between and beyond them, of magnitudes (default: kl)")
      ->type_name("kl|is|euclidean|beta=X");
  app.add_option("--prior", priors_,
                 "What is believed beforehand: sparsity=X, that few atoms sound at a time; 0.1 to "
                 "5 is usual (default: nothing)")
      ->one_value_each()
      ->type_name("sparsity=X");
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
  if (priors_.size() > 1)
    throw InvalidArgument(
        fmt::format("--prior {}: sparsity is given twice", printable(priors_.back())));
  return priors_.empty() ? nullptr : parse_prior(priors_.front());
}

}  // namespace nmfsep::cli
