#pragma once

#include <string>
#include <vector>

#include "nmfsep/separation/set_trainer.hpp"

namespace nmfsep::cli {

/// Reads NAME=PATH, as in drums='drums/*.wav', where PATH is what find_inputs takes. Throws
/// InvalidArgument for another form, and what find_inputs throws.
SourceRecordings parse_source(const std::string& text);

}  // namespace nmfsep::cli
