#include "nmfsep/nmf/convolutive.hpp"

#include <fmt/format.h>

#include <vector>

#include "checks.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/atoms_part.hpp"

namespace nmfsep {

Factorisation factorise_convolutive(const MatrixView& V, const AtomPlaces& places,
                                    const NmfOptions& options, const ProgressCallback& progress) {
  options.validate();
  if (places.weights.size() > 0 && !(places.weights.minCoeff() > 0))
    throw InvalidArgument("weights of the beginning must be above 0: nothing grows from 0");
  auto atoms =
      std::make_unique<AtomsPart>(options.components, AtomSpan{places.context, 0}, options.penalty);
  atoms->begin_at(places.weights);
  std::vector<std::unique_ptr<Part>> parts;
  parts.push_back(std::move(atoms));
  NmfReport report = explain_jointly(V, 1, parts, options, progress);
  const auto& part = static_cast<const AtomsPart&>(*parts.front());
  return {part.W(), part.H(), std::move(report)};
}

Activations infer_convolutive(const MatrixView& V, const MatrixView& W, const NmfOptions& options,
                              const ProgressCallback& progress) {
  require_non_negative(W, "W");
  require_unit_columns(W);
  if (V.rows() == 0 || W.rows() % V.rows() != 0)
    throw InvalidArgument(fmt::format(
        "W has {} rows, which are no whole number of frames of V's {} bins", W.rows(), V.rows()));
  std::vector<std::unique_ptr<Part>> parts;
  parts.push_back(
      std::make_unique<AtomsPart>(W, AtomSpan{W.rows() / V.rows(), 0}, options.penalty));
  NmfReport report = explain_jointly(V, 1, parts, options, progress);
  return {static_cast<const AtomsPart&>(*parts.front()).H(), std::move(report)};
}

}  // namespace nmfsep
