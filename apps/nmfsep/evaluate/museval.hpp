#pragma once

#include "json/json_output.hpp"

namespace nmfsep::cli {

/// A scored track, with its frames, in the format of museval's files: five decimals, and null
/// where museval writes NaN, which is no JSON.
Json museval_document(const Json& track);

}  // namespace nmfsep::cli
