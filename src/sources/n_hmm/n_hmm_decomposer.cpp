#include "sources/n_hmm/n_hmm_decomposer.hpp"

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/product.hpp"
#include "nmfsep/sources/agreement.hpp"

namespace nmfsep {
NHmmDecomposer::NHmmDecomposer(std::vector<NHmm> models, FactorialOptions options)
    : models_(std::move(models)), options_(std::move(options)) {
  if (models_.empty()) throw InvalidArgument("there is no source: give models");
  for (const NHmm& model : models_) require_equal_sight(models_.front(), model);
  refuse_equal_names(source_names());
  options_.search.validate();
}

std::vector<std::string> NHmmDecomposer::source_names() const {
  std::vector<std::string> names;
  for (const NHmm& model : models_) names.push_back(model.name);
  return names;
}

Index NHmmDecomposer::components() const {
  Index atoms = 0, joint = 1;
  for (const NHmm& model : models_) {
    atoms += model.components();
    joint = std::min(joint * model.states(), options_.most_joint_states);
  }
  return atoms + joint;
}

Decomposition NHmmDecomposer::decompose(const MixtureBlock& block,
                                        const ProgressCallback& progress) const {
  const MatrixView& mixture = block.V;
  require_fit(bins_of(models_.front().analysis), mixture, block.channels);
  Decomposition result;
  for (const NHmm& model : models_) {
    result.sources.push_back({model.name, Matrix(mixture.rows(), mixture.cols())});
    result.factors.push_back({{}, Matrix(model.components(), mixture.cols())});
  }
  const Index frames = mixture.cols() / block.channels;
  ProgressGate steps(progress, "factorise", 2 * mixture.cols());
  double cost = 0;
  for (Index channel = 0; channel < block.channels; ++channel) {
    const MatrixView V = mixture.middleCols(channel * frames, frames);
    FactorialExplainer explainer(models_, options_, V, steps);
    const Matrix H = explainer.explain();
    cost += explainer.cost();
    Index first = 0;
    for (std::size_t i = 0; i < models_.size(); ++i) {
      const Matrix own = H.middleRows(first, models_[i].components());
      first += own.rows();
      result.factors[i].H.middleCols(channel * frames, frames) = own;
      result.sources[i].magnitudes.middleCols(channel * frames, frames) =
          product(models_[i].W, own);
    }
  }
  result.report.iterations = options_.search.iterations;
  result.report.cost.push_back({options_.search.iterations, cost});
  steps.finish();
  return result;
}

}  // namespace nmfsep
