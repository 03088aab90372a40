#pragma once

#include <string>

namespace nmfsep::cli {

/// Seconds of "90s", "5min" or "1h", as --budget takes them. Throws InvalidArgument for
/// another form.
double parse_duration(const std::string& text);

}  // namespace nmfsep::cli
