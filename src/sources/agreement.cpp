#include "nmfsep/sources/agreement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {

void require_equal_analyses(const ModelHeader& first, const ModelHeader& other) {
  if (other.analysis != first.analysis)
    throw InvalidArgument(
        fmt::format("the models disagree: '{}' is for {}, but '{}' is for {}; train them alike",
                    printable(first.name), describe(first.analysis), printable(other.name),
                    describe(other.analysis)));
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
