#pragma once

#include <optional>
#include <string>

namespace nmfsep::cli {

/// Bytes that this process could still take: what the machine and its control group have to spare.
/// Absent where neither says so.
std::optional<double> available_memory();

/// "800M", "4G", "1.5T", or bytes: K, M, G and T are powers of 1024. Throws InvalidArgument for
/// another text, and for nothing.
double parse_size(const std::string& text);

}  // namespace nmfsep::cli
