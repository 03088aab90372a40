#include "nmfsep/core/errors.hpp"
#include "nmfsep/separation/convolutive_decomposer.hpp"
#include "nmfsep/separation/dictionary_decomposer.hpp"
#include "nmfsep/separation/paired_decomposer.hpp"

namespace nmfsep {
namespace {

/// Those of `models` that are of one kind.
template <typename Kind>
std::vector<Kind> of_kind(const std::vector<SourceModel>& models) {
  std::vector<Kind> result;
  for (const SourceModel& model : models)
    if (const auto* kind = std::get_if<Kind>(&model)) result.push_back(*kind);
  return result;
}

/// Plain dictionaries as what they are too: pairs of equal atoms.
std::vector<PairedDictionary> as_pairs(const std::vector<SourceModel>& models) {
  std::vector<PairedDictionary> result;
  for (const SourceModel& model : models)
    if (const auto* plain = std::get_if<Dictionary>(&model))
      result.push_back({*plain, 1, {{plain->W, plain->W}}});
    else
      result.push_back(std::get<PairedDictionary>(model));
  return result;
}

}  // namespace

std::unique_ptr<const Decomposer> make_decomposer(const std::vector<SourceModel>& models,
                                                  const std::vector<LearntSource>& learnt,
                                                  const NmfOptions& options) {
  const auto dictionaries = of_kind<Dictionary>(models);
  if (dictionaries.size() == models.size())
    return std::make_unique<DictionaryDecomposer>(dictionaries, learnt, options);
  if (!learnt.empty())
    throw InvalidArgument(
        "a source can be learnt from the mixture beside dictionaries of single frames only; train "
        "the others without context, or one for it too");
  const auto convolutive = of_kind<ConvolutiveDictionary>(models);
  if (convolutive.size() == models.size())
    return std::make_unique<ConvolutiveDecomposer>(convolutive, options);
  if (!convolutive.empty())
    throw InvalidArgument(
        "the models disagree: some are convolutive and some are not; train them alike");
  return std::make_unique<PairedDecomposer>(as_pairs(models), options);
}

}  // namespace nmfsep
