#include "nmfsep/separation/dictionary_decomposer.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <numeric>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

void refuse_different_analyses(const std::vector<Dictionary>& dictionaries) {
  for (const Dictionary& dictionary : dictionaries)
    if (dictionary.analysis != dictionaries.front().analysis)
      throw InvalidArgument(
          fmt::format("the models disagree: '{}' is for {}, but '{}' is for {}; train them alike",
                      printable(dictionaries.front().name), describe(dictionaries.front().analysis),
                      printable(dictionary.name), describe(dictionary.analysis)));
}

void refuse_equal_names(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  const auto twin = std::adjacent_find(names.begin(), names.end());
  if (twin != names.end())
    throw InvalidArgument(fmt::format(
        "two sources are named '{}'; train one again with another --name", printable(*twin)));
}

/// W·H, each frame summed atom by atom, so that its bits do not depend on its neighbours.
Matrix product(const MatrixView& W, const MatrixView& H) {
  Matrix V(W.rows(), H.cols());
  tbb::parallel_for(Index{0}, H.cols(), [&](Index frame) {
    V.col(frame).setZero();
    for (Index k = 0; k < W.cols(); ++k) V.col(frame) += H(k, frame) * W.col(k);
  });
  return V;
}

}  // namespace

DictionaryDecomposer::DictionaryDecomposer(const std::vector<Dictionary>& dictionaries,
                                           const std::vector<LearntSource>& learnt,
                                           NmfOptions options)
    : options_(options) {
  if (dictionaries.empty() && learnt.empty())
    throw InvalidArgument("there is no source: give models, or sources to learn");
  take(dictionaries);
  take(learnt);
  refuse_equal_names(source_names());
  if (learnt_ > 0) options_.components = learnt_;
  options_.validate();
}

void DictionaryDecomposer::take(const std::vector<Dictionary>& dictionaries) {
  refuse_different_analyses(dictionaries);
  Index columns = 0;
  for (const Dictionary& dictionary : dictionaries) {
    parts_.push_back({dictionary.name, dictionary.W.cols()});
    columns += dictionary.W.cols();
  }
  if (dictionaries.empty()) return;
  known_.resize(dictionaries.front().W.rows(), columns);
  columns = 0;
  for (const Dictionary& dictionary : dictionaries) {
    known_.middleCols(columns, dictionary.W.cols()) = dictionary.W;
    columns += dictionary.W.cols();
  }
}

void DictionaryDecomposer::take(const std::vector<LearntSource>& learnt) {
  for (const LearntSource& source : learnt) {
    validate_source_name(source.name);
    if (source.components < 1)
      throw InvalidArgument(fmt::format("source '{}': components = {}, must be at least 1",
                                        source.name, source.components));
    parts_.push_back({source.name, source.components});
    learnt_ += source.components;
  }
}

std::vector<std::string> DictionaryDecomposer::source_names() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) names.push_back(part.name);
  return names;
}

Decomposition DictionaryDecomposer::decompose(const MatrixView& mixture,
                                              const ProgressCallback& progress) const {
  if (known_.cols() > 0 && known_.rows() != mixture.rows())
    throw InvalidArgument(
        fmt::format("the models have {} bins, the mixture has {}", known_.rows(), mixture.rows()));
  if (frames_are_independent()) {
    const Activations result = infer_activations(mixture, known_, options_, progress);
    return {estimates(known_, result.H), result.report};
  }
  const Factorization result = known_.cols() > 0 ? factorize(mixture, known_, options_, progress)
                                                 : factorize(mixture, options_, progress);
  return {estimates(result.W, result.H), result.report};
}

std::vector<SourceEstimate> DictionaryDecomposer::estimates(const Matrix& W,
                                                            const Matrix& H) const {
  std::vector<SourceEstimate> result;
  Index first = 0;
  for (const Part& part : parts_) {
    result.push_back({part.name, product(W.middleCols(first, part.components),
                                         H.middleRows(first, part.components))});
    first += part.components;
  }
  return result;
}

}  // namespace nmfsep
