#pragma once

#include <span>
#include <string_view>

#include "nmfsep/sources/decomposer.hpp"
#include "nmfsep/sources/stored_source.hpp"

namespace nmfsep {

/// A kind of source model that files may hold.
struct SourceKind {
  std::string_view name;  ///< as files spell it

  /// The model that a file holds; its values are yet to be validated.
  SourceModel (*load)(const StoredSource& stored);

  /// The kind's own way to explain a mixture where all models are of it, if it has one that is
  /// faster than the joint job and fits these; else null.
  std::unique_ptr<const Decomposer> (*explain_alone)(const std::vector<SourceModel>& models,
                                                     const std::vector<LearntSource>& learnt,
                                                     const NmfOptions& options);
};

/// The only list of kinds.
std::span<const SourceKind> source_kinds();

/// The kind of that name, or null.
const SourceKind* find_source_kind(std::string_view name);

/// The models if all are of one kind, by value; else none.
template <typename Kind>
std::vector<Kind> all_of_kind(const std::vector<SourceModel>& models) {
  std::vector<Kind> result;
  for (const SourceModel& model : models)
    if (const Kind* kind = model.as<Kind>()) result.push_back(*kind);
  if (result.size() != models.size()) result.clear();
  return result;
}

}  // namespace nmfsep
