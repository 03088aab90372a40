#pragma once

#include <nanobind/nanobind.h>

namespace nmfsep::python {

namespace nb = nanobind;

/// Each adds a part of the library to the module.
void bind_errors(nb::module_& module);
void bind_nmf(nb::module_& module);
void bind_metrics(nb::module_& module);
void bind_audio(nb::module_& module);
void bind_models(nb::module_& module);
void bind_training(nb::module_& module);
void bind_tuning(nb::module_& module);
void bind_separation(nb::module_& module);

}  // namespace nmfsep::python
