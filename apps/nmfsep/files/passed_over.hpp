#pragma once

#include <vector>

#include "console/console.hpp"
#include "files/inputs.hpp"
#include "json/json_output.hpp"

namespace nmfsep::cli {

/// Warns of files of sound that are not read, with what converts them, and notes what else lies in
/// the folders that were searched: the first few of each by name.
void tell(const std::vector<PassedOver>& passed_over, Console& console);

/// All of it, for --json.
Json to_json(const std::vector<PassedOver>& passed_over);

}  // namespace nmfsep::cli
