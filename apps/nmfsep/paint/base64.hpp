#pragma once

#include <string>
#include <string_view>

namespace nmfsep::cli {

/// The bytes that base64 (RFC 4648, with or without = at its end) spells. Throws InvalidArgument
/// for any other character, and for a length that no bytes have.
std::string from_base64(std::string_view text);

}  // namespace nmfsep::cli
