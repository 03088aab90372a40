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

}  // namespace nmfsep
