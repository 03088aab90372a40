#pragma once

#include <string>

namespace nmfsep {

/// A source's name becomes a file name and a tensor name: 1 to 100 bytes of UTF-8 without control
/// characters or any of / \ : * ? " < > |, no leading or trailing space or dot.
/// Throws InvalidArgument naming what breaks the rule.
void validate_source_name(const std::string& name);

}  // namespace nmfsep
