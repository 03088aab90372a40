#include "nmfsep/sources/paired/paired_decomposer.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/stacks.hpp"
#include "nmfsep/nmf/priors/combined.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "sources/ensemble.hpp"

namespace nmfsep {
namespace {

void require_equal_forms(const PairedDictionary& first, const PairedDictionary& other) {
  require_equal_sight(first, other);
  if (other.span != first.span || other.pairs.size() != first.pairs.size())
    throw InvalidArgument(fmt::format(
        "the models disagree: '{}' has {} frames of context and {} members, '{}' has {} and {}; "
        "train them alike",
        first.name, first.span, first.pairs.size(), other.name, other.span, other.pairs.size()));
}

std::vector<const PairedDictionary*> pointers_to(const std::vector<PairedDictionary>& models) {
  std::vector<const PairedDictionary*> result;
  for (const PairedDictionary& model : models) result.push_back(&model);
  return result;
}

}  // namespace

PairedDecomposer::PairedDecomposer(const std::vector<PairedDictionary>& models,
                                   const NmfOptions& options)
    : PairedDecomposer(pointers_to(models), options) {}

PairedDecomposer::PairedDecomposer(const std::vector<const PairedDictionary*>& models,
                                   const NmfOptions& options) {
  if (models.empty()) throw InvalidArgument("there is no source: give models");
  options.validate();
  const PairedDictionary& first = *models.front();
  context_ = first.span;
  for (const PairedDictionary* model : models) {
    require_equal_forms(first, *model);
    names_.push_back(model->name);
  }
  refuse_equal_names(names_);
  for (std::size_t i = 0; i < first.pairs.size(); ++i) members_.push_back(join(models, i, options));
}

PairedDecomposer::Member PairedDecomposer::join(const std::vector<const PairedDictionary*>& models,
                                                std::size_t member, const NmfOptions& options) {
  std::vector<MatrixView> atoms;
  std::vector<Matrix> reconstruction;
  std::vector<AtomBlock> blocks;
  const int context = models.front()->span;
  for (const PairedDictionary* model : models) {
    const AtomPairs& pair = model->pairs[member];
    atoms.emplace_back(pair.analysis_atoms);
    reconstruction.push_back(latest_first(pair.reconstruction_atoms, context));
    blocks.push_back({model->name, pair.analysis_atoms.cols()});
  }
  NmfOptions bound = options;
  bound.penalty = on_atoms(options.penalty, blocks);
  return {ActivationFinder(atoms, context, bound), std::move(reconstruction)};
}

Decomposition PairedDecomposer::decompose(const MixtureBlock& block,
                                          const ProgressCallback& progress) const {
  const MatrixView& mixture = block.V;
  const Index channels = block.channels;
  require_fit(members_.front().reconstruction.front().rows(), mixture, channels);
  const Matrix padded = pad_channels(mixture, channels, context_ / 2);
  return average(mixture, static_cast<int>(members_.size()), [&](int member) {
    return explain(padded, channels, members_[static_cast<std::size_t>(member)], progress);
  });
}

Decomposition PairedDecomposer::explain(const Matrix& padded, Index channels, const Member& member,
                                        const ProgressCallback& progress) const {
  const Index stride = padded.cols() / channels;
  const Index frames = stride - (context_ - 1);
  Decomposition result;
  for (const std::string& name : names_)
    result.sources.push_back({name, Matrix(padded.rows(), frames * channels)});
  result.factors.resize(names_.size());
  for (Index channel = 0; channel < channels; ++channel) {
    const Activations found =
        member.finder.find(stack_frames(padded, context_, channel * stride, frames), progress);
    add(result.report, found.report);
    Index first = 0;
    for (std::size_t s = 0; s < names_.size(); ++s) {
      const Matrix& atoms = member.reconstruction[s];
      const Index components = atoms.cols() / context_;
      result.sources[s].magnitudes.middleCols(channel * frames, frames) =
          overlap_mean(atoms, found.H.middleRows(first, components), context_);
      Matrix& H = result.factors[s].H;
      H.resize(components, frames * channels);  // keeps what it holds from the second channel on
      H.middleCols(channel * frames, frames) = found.H.middleRows(first, components);
      first += components;
    }
  }
  return result;
}

}  // namespace nmfsep
