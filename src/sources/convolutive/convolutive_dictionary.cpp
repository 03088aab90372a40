#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/atoms_part.hpp"
#include "sources/value_checks.hpp"

namespace nmfsep {
namespace {

SourceModel load(const StoredSource& stored) {
  ConvolutiveDictionary model;
  static_cast<ModelHeader&>(model) = stored.header();
  model.span = stored.number("context");
  model.W = stored.matrix("W");
  return model;
}

}  // namespace

/// The joint job is its own way.
const SourceKind convolutive_kind{"convolutive-dictionary", load, nullptr};

std::string ConvolutiveDictionary::kind() const { return std::string(convolutive_kind.name); }

std::string ConvolutiveDictionary::describe_kind() const {
  return fmt::format("convolutive dictionary of {} frames", span);
}

Metadata ConvolutiveDictionary::details() const {
  return {{"components", fmt::format("{}", components())}, {"context", fmt::format("{}", span)}};
}

void ConvolutiveDictionary::validate() const {
  if (span < 1 || span > most_context)
    throw InvalidArgument(
        fmt::format("source '{}': context = {}, must be 1 to {}", name, span, most_context));
  const NamedMatrix values{name, "W", W};
  require_shape(values, span * bins_of(analysis), W.cols());
  require_non_negative(values);
  require_unit_columns(values);
}

std::unique_ptr<Part> ConvolutiveDictionary::part(int /*member*/, const NmfOptions& options) const {
  return std::make_unique<AtomsPart>(W, AtomSpan{span, 0}, options.penalty);
}

}  // namespace nmfsep
