#include "nmfsep/sources/dictionary/dictionary_decomposer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/product.hpp"
#include "nmfsep/nmf/priors/combined.hpp"
#include "nmfsep/sources/agreement.hpp"

namespace nmfsep {
namespace {

/// The components with the most energy Σ (w_f · h_t)² first: which is which is chance otherwise.
void sort_by_energy(Factorisation& factors) {
  const Vector energy =
      factors.W.colwise().squaredNorm().transpose().cwiseProduct(factors.H.rowwise().squaredNorm());
  std::vector<Index> order(static_cast<std::size_t>(energy.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return energy(a) > energy(b); });
  factors.W = Matrix(factors.W(Eigen::all, order));
  factors.H = Matrix(factors.H(order, Eigen::all));
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
  options_.penalty = on_atoms(options_.penalty, blocks_);
  options_.validate();
  if (learnt_ == 0) finder_ = finder();
}

ActivationFinder DictionaryDecomposer::finder() const {
  std::vector<MatrixView> atoms;
  Index first = 0;
  for (const Part& part : parts_) {
    atoms.emplace_back(known_.middleCols(first, part.components));
    first += part.components;
  }
  return {atoms, 1, options_};
}

void DictionaryDecomposer::take(const std::vector<Dictionary>& dictionaries) {
  for (const Dictionary& dictionary : dictionaries)
    require_equal_sight(dictionaries.front(), dictionary);
  if (dictionaries.empty()) return;
  std::vector<Matrix> atoms;
  for (const Dictionary& dictionary : dictionaries) {
    parts_.push_back({dictionary.name, dictionary.W.cols()});
    atoms.push_back(dictionary.W);
    for (const AtomBlock& block : blocks_of(dictionary)) blocks_.push_back(block);
  }
  known_ = side_by_side(atoms);
}

void DictionaryDecomposer::take(const std::vector<LearntSource>& learnt) {
  for (const LearntSource& source : learnt) {
    validate(source);
    parts_.push_back({source.name, source.components});
    blocks_.push_back({source.name, source.components});
    learnt_ += source.components;
  }
}

std::vector<std::string> DictionaryDecomposer::source_names() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) names.push_back(part.name);
  return names;
}

Decomposition DictionaryDecomposer::decompose(const MixtureBlock& block,
                                              const ProgressCallback& progress) const {
  const MatrixView& mixture = block.V;
  if (known_.cols() > 0 && known_.rows() != mixture.rows())
    throw InvalidArgument(
        fmt::format("the models have {} bins, the mixture has {}", known_.rows(), mixture.rows()));
  if (learnt_ == 0) {
    const Activations result = finder_->find(mixture, progress);
    return {.sources = estimates(known_, result.H),
            .report = result.report,
            .factors = factors({}, result.H)};
  }
  Factorisation result = known_.cols() > 0 ? factorise(mixture, known_, options_, progress)
                                           : factorise(mixture, options_, progress);
  if (is_unsupervised()) sort_by_energy(result);
  return {.sources = estimates(result.W, result.H),
          .report = result.report,
          .factors = factors(result.W, result.H)};
}

bool DictionaryDecomposer::is_unsupervised() const {
  return known_.cols() == 0 && std::all_of(parts_.begin(), parts_.end(),
                                           [](const Part& part) { return part.components == 1; });
}

/// W is empty where nothing was learnt.
std::vector<SourceFactors> DictionaryDecomposer::factors(const Matrix& W, const Matrix& H) const {
  std::vector<SourceFactors> result;
  Index first = 0;
  for (const Part& part : parts_) {
    SourceFactors& each = result.emplace_back();
    each.H = H.middleRows(first, part.components);
    if (W.cols() > 0 && first >= known_.cols()) each.W = W.middleCols(first, part.components);
    first += part.components;
  }
  return result;
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
