#pragma once

#include <fmt/format.h>

#include <utility>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

/// Throws InvalidArgument with what is wrong with a model or its file.
template <typename... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) {
  throw InvalidArgument(fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace nmfsep
