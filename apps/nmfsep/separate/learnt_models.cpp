#include "separate/learnt_models.hpp"

#include "nmfsep/sources/dictionary/dictionary.hpp"

namespace nmfsep::cli {

std::vector<SourceModel> learnt_models(const Decomposition& found, const ModelHeader& header) {
  std::vector<SourceModel> models;
  for (std::size_t s = 0; s < found.factors.size(); ++s) {
    if (found.factors[s].W.size() == 0) continue;
    Dictionary dictionary;
    static_cast<ModelHeader&>(dictionary) = header;
    dictionary.name = found.sources[s].name;
    dictionary.W = found.factors[s].W;
    models.emplace_back(std::move(dictionary));
  }
  return models;
}

}  // namespace nmfsep::cli
