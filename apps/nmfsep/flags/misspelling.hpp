#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nmfsep::cli {

/// The one of `known` that `word` was likely meant to be: that with the fewest letters to add,
/// leave out or change, if these are two at most and fewer than half of the word.
std::optional<std::string> meant_by(const std::string& word, const std::vector<std::string>& known);

}  // namespace nmfsep::cli
