#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace nmfsep {

/// A value of an enumeration, and how files and people spell it.
template <typename Value>
using Named = std::pair<Value, std::string_view>;

template <typename Value, std::size_t N>
std::string_view name_of(const Named<Value> (&names)[N], Value value) {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  return {};
}

/// Nothing for another name.
template <typename Value, std::size_t N>
std::optional<Value> value_of(const Named<Value> (&names)[N], std::string_view name) {
  for (const auto& [value, known] : names)
    if (known == name) return value;
  return {};
}

}  // namespace nmfsep
