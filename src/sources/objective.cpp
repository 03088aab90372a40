#include "nmfsep/sources/objective.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

void require_exponent(const char* field, double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw InvalidArgument(fmt::format("{} = {}, must be positive and finite", field, value));
}

}  // namespace

void Objective::validate() const {
  require_exponent("magnitude exponent", magnitude_exponent);
  require_exponent("mask exponent", mask_exponent);
}

Objective objective_for(Divergence divergence) {
  Objective objective;
  objective.divergence = divergence;
  if (divergence.beta == 0 || divergence.beta == 2) {
    objective.magnitude_exponent = 2;
    objective.mask_exponent = 1;
  }
  return objective;
}

}  // namespace nmfsep
