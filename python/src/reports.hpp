#pragma once

#include <nanobind/nanobind.h>

#include "nmfsep/nmf/nmf.hpp"

namespace nmfsep::python {

/// "termination", "iterations", and "cost" as pairs of iteration and cost.
nanobind::dict report_of(const NmfReport& report);

}  // namespace nmfsep::python
