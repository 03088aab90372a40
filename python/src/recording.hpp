#pragma once

#include <nanobind/stl/filesystem.h>

#include <filesystem>
#include <memory>
#include <variant>

#include "array_source.hpp"
#include "nmfsep/core/diagnostics.hpp"

namespace nmfsep::python {

/// Audio as Python gives it: the path of a file, or an array of channels × samples.
using Recording = std::variant<FloatRows, std::filesystem::path>;

/// `name` is what messages call an array; of a file the rate is its own, and with `incomplete` it
/// may be shorter than its header says, which is told there.
std::unique_ptr<AudioSource> open(const Recording& recording, int sample_rate,
                                  const std::string& name, Diagnostics* incomplete);

}  // namespace nmfsep::python
