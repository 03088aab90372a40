#include "nmfsep/sources/dictionary/dictionary.hpp"

#include <fmt/format.h>

#include "nmfsep/nmf/atoms_part.hpp"
#include "nmfsep/sources/dictionary/dictionary_decomposer.hpp"
#include "sources/value_checks.hpp"

namespace nmfsep {
namespace {

SourceModel load(const StoredSource& stored) {
  Dictionary model;
  static_cast<ModelHeader&>(model) = stored.header();
  model.W = stored.matrix("W");
  return model;
}

std::unique_ptr<const Decomposer> explain_alone(const std::vector<SourceModel>& models,
                                                const std::vector<LearntSource>& learnt,
                                                const NmfOptions& options) {
  return std::make_unique<DictionaryDecomposer>(all_of_kind<Dictionary>(models), learnt, options);
}

}  // namespace

const SourceKind dictionary_kind{"dictionary", load, explain_alone};

std::string Dictionary::kind() const { return std::string(dictionary_kind.name); }

Metadata Dictionary::details() const { return {{"components", fmt::format("{}", components())}}; }

void Dictionary::validate() const {
  const NamedMatrix values{name, "W", W};
  require_shape(values, bins_of(analysis), W.cols());
  require_non_negative(values);
  require_unit_columns(values);
}

std::unique_ptr<Part> Dictionary::part(int /*member*/, const NmfOptions& options) const {
  return std::make_unique<AtomsPart>(W, AtomSpan{1, 0}, options.penalty);
}

}  // namespace nmfsep
