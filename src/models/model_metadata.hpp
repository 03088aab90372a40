#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "nmfsep/models/dictionary.hpp"

namespace nmfsep {

/// The kind of source model that a Dictionary is; other kinds will have other names.
inline constexpr const char* dictionary_kind = "dictionary";

using Metadata = std::map<std::string, std::string>;

/// What a model file says of its dictionaries besides their values (docs/model-format.md).
/// Numbers are in the shortest form that reads back to the same bits.
Metadata to_metadata(std::span<const Dictionary> dictionaries);

/// The value of `key`. Throws InvalidArgument when there is none.
const std::string& text_of(const Metadata& metadata, const std::string& key);

/// The valid names in the list of sources, which slashes divide, since names cannot hold one.
std::vector<std::string> source_names(const Metadata& metadata);

/// The reverse of to_metadata: dictionaries in the order of the list of sources, W yet empty.
/// Throws InvalidArgument naming the key when one is missing or not of its type; whether the values
/// make sense together is for `validate_models`. Keys that it does not know are of no account.
std::vector<Dictionary> from_metadata(const Metadata& metadata);

/// Throws InvalidArgument naming source and field unless there is at least one dictionary, their
/// names are valid and differ, they share one valid analysis, and each has a W of that analysis,
/// finite, not negative and with columns that sum to one, and a record of finite numbers.
void validate_models(std::span<const Dictionary> dictionaries);

}  // namespace nmfsep
