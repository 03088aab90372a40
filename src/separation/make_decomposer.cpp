#include "nmfsep/core/errors.hpp"
#include "nmfsep/separation/dictionary_decomposer.hpp"
#include "nmfsep/separation/paired_decomposer.hpp"

namespace nmfsep {
namespace {

/// A dictionary is what a pair is whose atoms are equal.
struct ToPairs {
  PairedDictionary operator()(const Dictionary& model) const {
    return {model, 1, {{model.W, model.W}}};
  }
  PairedDictionary operator()(const PairedDictionary& model) const { return model; }
};

}  // namespace

std::unique_ptr<const Decomposer> make_decomposer(const std::vector<SourceModel>& models,
                                                  const std::vector<LearntSource>& learnt,
                                                  const NmfOptions& options) {
  std::vector<Dictionary> dictionaries;
  std::vector<PairedDictionary> pairs;
  for (const SourceModel& model : models) {
    if (const auto* dictionary = std::get_if<Dictionary>(&model))
      dictionaries.push_back(*dictionary);
    pairs.push_back(std::visit(ToPairs(), model));
  }
  if (dictionaries.size() == models.size())
    return std::make_unique<DictionaryDecomposer>(dictionaries, learnt, options);
  if (!learnt.empty())
    throw InvalidArgument(
        "a source can be learnt from the mixture beside models of nmfsep train, not beside those "
        "of nmfsep train-set; train one for it too");
  return std::make_unique<PairedDecomposer>(pairs, options);
}

}  // namespace nmfsep
