#pragma once

#include <span>
#include <string_view>

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// A kind of prior, as people name it.
struct PriorKind {
  std::string_view name;     ///< "sparsity"
  std::string_view values;   ///< "X": as many as there are commas, plus one
  std::string_view rule;     ///< what values may be: "X above 0"
  std::string_view example;  ///< "sparsity=0.5"
  std::string_view summary;  ///< what is believed, and what is usual

  /// The prior with these values. Throws InvalidArgument where they break the rule.
  std::shared_ptr<const Penalty> (*make)(std::span<const double> values);
};

/// The only list of kinds.
std::span<const PriorKind> prior_kinds();

/// The prior that a text like "sparsity=0.5" names. Throws InvalidArgument that says which there
/// are, or how the named one is written.
std::shared_ptr<const Penalty> prior_from_string(std::string_view text);

/// The sum of several, apart by spaces, as Penalty::describe writes it; null for none.
std::shared_ptr<const Penalty> priors_from_string(std::string_view text);

}  // namespace nmfsep
