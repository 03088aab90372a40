#include "nmfsep/sources/decomposer.hpp"

#include <algorithm>

#include "nmfsep/sources/dictionary/dictionary_decomposer.hpp"
#include "nmfsep/sources/joint_decomposer.hpp"
#include "nmfsep/sources/registry.hpp"

namespace nmfsep {

std::unique_ptr<const Decomposer> make_decomposer(const std::vector<SourceModel>& models,
                                                  const std::vector<LearntSource>& learnt,
                                                  const NmfOptions& options) {
  if (models.empty())
    return std::make_unique<DictionaryDecomposer>(std::vector<Dictionary>(), learnt, options);
  if (options.penalty && options.penalty->reach() != 0)  // frames of a channel depend on each other
    return std::make_unique<JointDecomposer>(models, learnt, options);
  const std::string kind = models.front()->kind();
  const bool alike = std::all_of(models.begin(), models.end(),
                                 [&](const SourceModel& model) { return model->kind() == kind; });
  const SourceKind* known = find_source_kind(kind);
  if (alike && known != nullptr && known->explain_alone != nullptr)
    if (auto decomposer = known->explain_alone(models, learnt, options)) return decomposer;
  return std::make_unique<JointDecomposer>(models, learnt, options);
}

}  // namespace nmfsep
