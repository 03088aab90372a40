#include "nmfsep/sources/learnt_model.hpp"

#include "nmfsep/sources/dictionary/dictionary.hpp"

namespace nmfsep {

SourceModel learnt_model(const ModelHeader& header, Matrix W) {
  Dictionary dictionary;
  static_cast<ModelHeader&>(dictionary) = header;
  dictionary.W = std::move(W);
  return dictionary;
}

}  // namespace nmfsep
