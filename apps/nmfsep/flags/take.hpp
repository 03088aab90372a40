#pragma once

#include <optional>

namespace nmfsep::cli {

/// What the user gave, if anything.
template <typename T>
void take(const std::optional<T>& given, T& target) {
  if (given) target = *given;
}

}  // namespace nmfsep::cli
