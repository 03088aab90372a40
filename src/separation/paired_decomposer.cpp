#include "nmfsep/separation/paired_decomposer.hpp"

#include <fmt/format.h>

#include "context.hpp"
#include "joint_model.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/masking/wiener_mask.hpp"

namespace nmfsep {
namespace {

void require_equal_forms(const PairedDictionary& first, const PairedDictionary& other) {
  require_equal_analyses(first, other);
  if (other.context != first.context || other.members.size() != first.members.size())
    throw InvalidArgument(fmt::format(
        "the models disagree: '{}' has {} frames of context and {} members, '{}' has {} and {}; "
        "train them alike",
        first.name, first.context, first.members.size(), other.name, other.context,
        other.members.size()));
}

}  // namespace

PairedDecomposer::PairedDecomposer(const std::vector<PairedDictionary>& models, NmfOptions options)
    : options_(options) {
  if (models.empty()) throw InvalidArgument("there is no source: give models");
  options_.validate();
  context_ = models.front().context;
  for (const PairedDictionary& model : models) {
    require_equal_forms(models.front(), model);
    names_.push_back(model.name);
  }
  refuse_equal_names(names_);
  for (std::size_t i = 0; i < models.front().members.size(); ++i)
    members_.push_back(join(models, i));
}

PairedDecomposer::Member PairedDecomposer::join(const std::vector<PairedDictionary>& models,
                                                std::size_t member) const {
  Member result;
  std::vector<Matrix> parts;
  for (const PairedDictionary& model : models) {
    parts.push_back(model.members[member].analysis_atoms);
    result.reconstruction.push_back(
        latest_first(model.members[member].reconstruction_atoms, context_));
  }
  result.atoms = side_by_side(parts);
  return result;
}

Decomposition PairedDecomposer::decompose(const MatrixView& mixture, Index channels,
                                          const ProgressCallback& progress) const {
  require_fit(members_.front().reconstruction.front().rows(), mixture, channels);
  const Matrix padded = pad_channels(mixture, channels, context_ / 2);
  Decomposition result;
  if (members_.size() == 1) {
    result.sources = explain(padded, channels, members_.front(), result, progress);
    return result;
  }
  for (const std::string& name : names_)
    result.sources.push_back({name, Matrix::Zero(mixture.rows(), mixture.cols())});
  for (const Member& member : members_) {
    const auto estimates = explain(padded, channels, member, result, progress);
    const std::vector<Matrix> masks = wiener_masks(estimates, 1);
    for (std::size_t s = 0; s < masks.size(); ++s) result.sources[s].magnitudes += masks[s];
  }
  for (SourceEstimate& source : result.sources)
    source.magnitudes.array() *= mixture.array() / static_cast<float>(members_.size());
  return result;
}

/// The estimates of one member; what `infer_activations` reports of the last goes to `result`.
std::vector<SourceEstimate> PairedDecomposer::explain(const Matrix& padded, Index channels,
                                                      const Member& member, Decomposition& result,
                                                      const ProgressCallback& progress) const {
  const Index stride = padded.cols() / channels;
  const Index frames = stride - (context_ - 1);
  std::vector<SourceEstimate> estimates;
  for (const std::string& name : names_)
    estimates.push_back({name, Matrix(padded.rows(), frames * channels)});
  for (Index channel = 0; channel < channels; ++channel) {
    const Activations found = infer_activations(
        stack_frames(padded, context_, channel * stride, frames), member.atoms, options_, progress);
    result.report = found.report;
    Index first = 0;
    for (std::size_t s = 0; s < estimates.size(); ++s) {
      const Matrix& atoms = member.reconstruction[s];
      const Index components = atoms.cols() / context_;
      estimates[s].magnitudes.middleCols(channel * frames, frames) =
          overlap_mean(atoms, found.H.middleRows(first, components), context_);
      first += components;
    }
  }
  return estimates;
}

}  // namespace nmfsep
