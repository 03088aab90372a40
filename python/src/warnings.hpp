#pragma once

#include <nanobind/nanobind.h>

#include "nmfsep/core/diagnostics.hpp"

namespace nmfsep::python {

/// What the job warned of, as pairs of code and message.
inline nanobind::list warnings_of(const Diagnostics& diagnostics) {
  nanobind::list result;
  for (const Warning& warning : diagnostics.warnings())
    result.append(nanobind::make_tuple(to_string(warning.code), warning.message));
  return result;
}

}  // namespace nmfsep::python
