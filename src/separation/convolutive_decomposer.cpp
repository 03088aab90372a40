#include "nmfsep/separation/convolutive_decomposer.hpp"

#include <fmt/format.h>

#include "convolutive_nmf.hpp"
#include "joint_model.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {

ConvolutiveDecomposer::ConvolutiveDecomposer(const std::vector<ConvolutiveDictionary>& models,
                                             NmfOptions options)
    : options_(options) {
  if (models.empty()) throw InvalidArgument("there is no source: give models");
  options_.validate();
  context_ = models.front().context;
  std::vector<Matrix> parts;
  for (const ConvolutiveDictionary& model : models) {
    require_equal_analyses(models.front(), model);
    if (model.context != context_)
      throw InvalidArgument(fmt::format(
          "the models disagree: '{}' has {} frames of context, '{}' has {}; train them alike",
          models.front().name, context_, model.name, model.context));
    names_.push_back(model.name);
    components_.push_back(model.W.cols());
    parts.push_back(model.W);
  }
  refuse_equal_names(names_);
  atoms_ = side_by_side(parts);
}

Decomposition ConvolutiveDecomposer::decompose(const MatrixView& mixture, Index channels,
                                               const ProgressCallback& progress) const {
  const Index bins = atoms_.rows() / context_;
  require_fit(bins, mixture, channels);
  const Index frames = mixture.cols() / channels;
  Decomposition result;
  for (const std::string& name : names_)
    result.sources.push_back({name, Matrix(mixture.rows(), mixture.cols())});
  for (Index channel = 0; channel < channels; ++channel) {
    const Activations found =
        infer_convolutive(mixture.middleCols(channel * frames, frames), atoms_, options_, progress);
    result.report = found.report;
    Index first = 0;
    for (std::size_t s = 0; s < names_.size(); ++s) {
      result.sources[s].magnitudes.middleCols(channel * frames, frames) =
          convolve(atoms_.middleCols(first, components_[s]),
                   found.H.middleRows(first, components_[s]), context_);
      first += components_[s];
    }
  }
  return result;
}

}  // namespace nmfsep
