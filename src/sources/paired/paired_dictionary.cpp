#include "nmfsep/sources/paired/paired_dictionary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/atoms_part.hpp"
#include "nmfsep/sources/paired/paired_decomposer.hpp"
#include "sources/value_checks.hpp"

namespace nmfsep {
namespace {

SourceModel load(const StoredSource& stored) {
  PairedDictionary model;
  static_cast<ModelHeader&>(model) = stored.header();
  model.span = stored.number("context");
  const int members = stored.number("members", 1, most_members);
  for (int i = 0; i < members; ++i)
    model.pairs.push_back({stored.matrix(fmt::format("analysis/{}", i)),
                           stored.matrix(fmt::format("reconstruction/{}", i))});
  return model;
}

std::unique_ptr<const Decomposer> explain_alone(const std::vector<SourceModel>& models,
                                                const std::vector<LearntSource>& learnt,
                                                const NmfOptions& options) {
  std::vector<const PairedDictionary*> paired;
  for (const SourceModel& model : models)
    if (const auto* kind = model.as<PairedDictionary>()) paired.push_back(kind);
  const bool alike = std::all_of(paired.begin(), paired.end(), [&](const auto* model) {
    return model->span == paired.front()->span &&
           model->pairs.size() == paired.front()->pairs.size();
  });
  if (!learnt.empty() || !alike || paired.size() != models.size()) return nullptr;
  return std::make_unique<PairedDecomposer>(paired, options);
}

}  // namespace

const SourceKind paired_kind{"paired-dictionary", load, explain_alone};

std::string PairedDictionary::kind() const { return std::string(paired_kind.name); }

std::string PairedDictionary::describe_kind() const {
  return fmt::format("{} paired dictionar{} of {} frame{}", pairs.size(),
                     pairs.size() == 1 ? "y" : "ies", span, span == 1 ? "" : "s");
}

Index PairedDictionary::components() const {
  return pairs.empty() ? 0 : pairs.front().analysis_atoms.cols();
}

Metadata PairedDictionary::details() const {
  return {{"components", fmt::format("{}", components())},
          {"context", fmt::format("{}", span)},
          {"members", fmt::format("{}", pairs.size())}};
}

std::vector<Tensor> PairedDictionary::tensors() const {
  std::vector<Tensor> result;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    result.push_back(tensor_of(fmt::format("analysis/{}", i), pairs[i].analysis_atoms));
    result.push_back(tensor_of(fmt::format("reconstruction/{}", i), pairs[i].reconstruction_atoms));
  }
  return result;
}

void PairedDictionary::validate() const {
  if (span < 1 || span > most_context || span % 2 == 0)
    throw InvalidArgument(
        fmt::format("source '{}': context = {}, must be odd, 1 to {}", name, span, most_context));
  if (pairs.empty()) throw InvalidArgument(fmt::format("source '{}': has no members", name));
  for (const AtomPairs& member : pairs) {
    const NamedMatrix found{name, "analysis", member.analysis_atoms};
    const NamedMatrix rebuilt{name, "reconstruction", member.reconstruction_atoms};
    require_shape(found, span * bins_of(analysis), components());
    require_shape(rebuilt, span * bins_of(analysis), components());
    require_non_negative(found);
    require_non_negative(rebuilt);
    require_unit_columns(found);
  }
}

std::unique_ptr<Part> PairedDictionary::part(int member, const NmfOptions& options) const {
  const AtomPairs& pair = pairs[static_cast<std::size_t>(member)];
  auto part = std::make_unique<AtomsPart>(pair.analysis_atoms / static_cast<float>(span),
                                          AtomSpan{span, span / 2}, options.penalty);
  part->rebuild_from(pair.reconstruction_atoms);
  return part;
}

}  // namespace nmfsep
