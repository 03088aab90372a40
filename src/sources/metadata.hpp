#pragma once

#include <fmt/format.h>

#include <charconv>
#include <span>
#include <string>
#include <vector>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep {

/// What a model file says of its models besides their values (docs/model-format.md).
/// Numbers are in the shortest form that reads back to the same bits.
Metadata to_metadata(std::span<const SourceModel> models);

/// The value of `key`. Throws InvalidArgument when there is none.
const std::string& text_of(const Metadata& metadata, const std::string& key);

/// Reads the number that `key` spells. Throws InvalidArgument when there is none of its type.
template <typename T>
void read_number(const Metadata& metadata, const std::string& key, T& number) {
  const std::string& digits = text_of(metadata, key);
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end)
    throw InvalidArgument(fmt::format("its metadata '{}' = '{}' is not a number of its range",
                                      printable(key), printable(digits.substr(0, 40))));
}

/// The valid names in the list of sources, which slashes divide, since names cannot hold one.
std::vector<std::string> source_names(const Metadata& metadata);

/// The reverse of to_metadata but for what kinds say: headers in the order of the list of sources.
/// Throws InvalidArgument naming the key when one is missing or not of its type; whether the values
/// make sense together is for `validate_models`. Keys that it does not know are of no account.
std::vector<ModelHeader> headers_in(const Metadata& metadata);

/// Throws InvalidArgument naming source and field unless there is at least one model, their names
/// are valid and differ, they share one valid analysis, and each has a record of finite numbers and
/// values that are its kind's.
void validate_models(std::span<const SourceModel> models);

}  // namespace nmfsep
