#pragma once

#include <string>

#include "nmfsep/sources/source_model.hpp"

namespace nmfsep {

/// The value of `key`. Throws InvalidArgument when there is none.
const std::string& text_of(const Metadata& metadata, const std::string& key);

/// Reads the number that `key` spells: int, float, double or std::uint64_t. Throws InvalidArgument
/// when there is none of its type.
template <typename T>
void read_number(const Metadata& metadata, const std::string& key, T& number);

}  // namespace nmfsep
