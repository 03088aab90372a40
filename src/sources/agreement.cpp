#include "nmfsep/sources/agreement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/nmf/priors/combined.hpp"
#include "nmfsep/nmf/priors/prior_text.hpp"

namespace nmfsep {
namespace {

void require_equal_divergence(const ModelHeader& first, const ModelHeader& other) {
  if (first.objective.divergence != other.objective.divergence)
    throw InvalidArgument(
        fmt::format("the models disagree: '{}' minimises {}, but '{}' minimises {}; train them "
                    "alike, by --divergence",
                    printable(first.name), to_string(first.objective.divergence),
                    printable(other.name), to_string(other.objective.divergence)));
}

}  // namespace

bool see_alike(const ModelHeader& first, const ModelHeader& other) {
  return first.analysis == other.analysis &&
         first.objective.magnitude_exponent == other.objective.magnitude_exponent;
}

std::string describe_sight(const ModelHeader& header) {
  return fmt::format("{}, magnitude exponent {}", describe(header.analysis),
                     header.objective.magnitude_exponent);
}

void require_equal_sight(const ModelHeader& first, const ModelHeader& other) {
  if (!see_alike(first, other))
    throw InvalidArgument(
        fmt::format("the models disagree: '{}' is for {}, but '{}' is for {}; train them alike, "
                    "by --sample-rate, --fft-size, --window-size, --hop and --window",
                    printable(first.name), describe_sight(first), printable(other.name),
                    describe_sight(other)));
}

Agreement agreement_of(std::span<const SourceModel> models) {
  if (models.empty()) return {};
  const ModelHeader& first = *models.front();
  Agreement agreement{first.analysis, first.objective, first.mixture_iterations};
  const Agreement usual;
  for (const SourceModel& model : models) {
    require_equal_sight(first, *model);
    const Objective& objective = model->objective;
    require_equal_divergence(first, *model);
    agreement.exact = agreement.exact || model->exact;
    if (objective.mask_exponent != first.objective.mask_exponent ||
        model->mixture_iterations != first.mixture_iterations) {
      agreement.objective.mask_exponent = usual.objective.mask_exponent;
      agreement.mixture_iterations = usual.mixture_iterations;
    }
  }
  return agreement;
}

std::shared_ptr<const Penalty> prior_of(const ModelHeader& model) {
  return model.prior.empty() ? nullptr : of_source(model.name, priors_from_string(model.prior));
}

std::vector<AtomBlock> blocks_of(const Model& model) {
  std::vector<AtomBlock> blocks;
  for (const Index components : model.blocks()) blocks.push_back({model.name, components});
  return blocks;
}

void validate(const LearntSource& source) {
  validate_source_name(source.name);
  if (source.components < 1)
    throw InvalidArgument(fmt::format("source '{}': components = {}, must be at least 1",
                                      source.name, source.components));
}

void refuse_equal_names(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  const auto twin = std::adjacent_find(names.begin(), names.end());
  if (twin != names.end())
    throw InvalidArgument(fmt::format(
        "two sources are named '{}'; train one again with another --name", printable(*twin)));
}

void require_fit(Index bins, const MatrixView& mixture, Index channels) {
  if (mixture.rows() != bins || channels < 1 || mixture.cols() % channels != 0)
    throw InvalidArgument(
        fmt::format("the models have {} bins, the mixture has {}, in {} frames of {} channels",
                    bins, mixture.rows(), mixture.cols(), channels));
}

}  // namespace nmfsep
