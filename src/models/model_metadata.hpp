#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "nmfsep/models/source_model.hpp"

namespace nmfsep {

using Metadata = std::map<std::string, std::string>;

/// Whether a file may hold this kind of source model.
bool is_known_kind(const std::string& kind);

/// What a model file says of its models besides their values (docs/model-format.md).
/// Numbers are in the shortest form that reads back to the same bits.
Metadata to_metadata(std::span<const SourceModel> models);

/// The value of `key`. Throws InvalidArgument when there is none.
const std::string& text_of(const Metadata& metadata, const std::string& key);

/// The valid names in the list of sources, which slashes divide, since names cannot hold one.
std::vector<std::string> source_names(const Metadata& metadata);

/// The reverse of to_metadata: models in the order of the list of sources, their matrices yet
/// empty. Throws InvalidArgument naming the key when one is missing or not of its type; whether the
/// values make sense together is for `validate_models`. Keys that it does not know are of no
/// account.
std::vector<SourceModel> from_metadata(const Metadata& metadata);

/// Throws InvalidArgument naming source and field unless there is at least one model, their names
/// are valid and differ, they share one valid analysis, and each has a record of finite numbers and
/// matrices of its kind's shapes: finite, not negative and, where atoms are to be found in a
/// mixture, with columns that sum to one.
void validate_models(std::span<const SourceModel> models);

}  // namespace nmfsep
