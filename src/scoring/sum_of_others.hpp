#pragma once

#include <filesystem>
#include <vector>

namespace nmfsep {

/// Whether a file is the sum of the others but for rounding: what differs is 40 dB below it. False
/// where one of them cannot be read, or they differ in kind or length.
bool is_sum_of(const std::filesystem::path& file, const std::vector<std::filesystem::path>& others);

}  // namespace nmfsep
