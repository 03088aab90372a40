#pragma once

#include <span>
#include <string>
#include <vector>

#include "nmfsep/sources/metadata_values.hpp"

namespace nmfsep {

/// What a model file says of its models besides their values (docs/model-format.md).
/// Numbers are in the shortest form that reads back to the same bits.
Metadata to_metadata(std::span<const SourceModel> models);

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
