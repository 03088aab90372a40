#include "sources/mask_network/mask_decomposer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/sources/paired/paired_decomposer.hpp"
#include "sources/mask_network/mask_estimate.hpp"

namespace nmfsep {
namespace {

const MaskNetwork& set_source(const SourceModel& model) { return *model.as<MaskNetwork>(); }

std::shared_ptr<const MaskNet> net_of(const std::vector<SourceModel>& models) {
  for (const SourceModel& model : models)
    if (set_source(model).net) return set_source(model).net;
  throw InvalidArgument(
      fmt::format("source '{}' is one of a set whose network is in another file; separate with all "
                  "models of the set",
                  models.front()->name));
}

/// Throws unless these, in their order, are the network's sources.
void require_whole_set(const std::vector<SourceModel>& models, const MaskNet& net) {
  std::vector<std::string> names;
  for (const SourceModel& model : models) names.push_back(model->name);
  if (names == net.sources) return;
  throw InvalidArgument(
      fmt::format("the network tells {} apart, but the models are of {}; separate with the models "
                  "of one set, and all of them",
                  fmt::join(net.sources, ", "), fmt::join(names, ", ")));
}

}  // namespace

MaskDecomposer::MaskDecomposer(std::vector<SourceModel> models, const NmfOptions& options)
    : models_(std::move(models)), net_(net_of(models_)) {
  std::vector<std::string> given;
  for (const SourceModel& model : models_) given.push_back(model->name);
  std::stable_sort(models_.begin(), models_.end(), [](const auto& a, const auto& b) {
    return set_source(a).place < set_source(b).place;
  });
  require_whole_set(models_, *net_);
  std::vector<const PairedDictionary*> dictionaries;
  for (const SourceModel& model : models_) dictionaries.push_back(&set_source(model).dictionary);
  dictionaries_ = std::make_unique<PairedDecomposer>(dictionaries, options);
  for (const std::string& name : given)
    places_.push_back(std::find(net_->sources.begin(), net_->sources.end(), name) -
                      net_->sources.begin());
}

std::vector<std::string> MaskDecomposer::source_names() const {
  std::vector<std::string> names;
  for (const Index place : places_) names.push_back(net_->sources[static_cast<std::size_t>(place)]);
  return names;
}

std::optional<Index> MaskDecomposer::reach() const {
  const Index said = dictionaries_->reach().value();
  return net_->estimates ? network_reach(*net_) + said : std::max(network_reach(*net_), said);
}

Matrix MaskDecomposer::magnitudes_of(const MatrixView& V) const {
  const double exponent = models_.front()->objective.magnitude_exponent;
  return exponent == 1 ? Matrix(V) : Matrix(V.array().pow(static_cast<float>(1 / exponent)));
}

Decomposition MaskDecomposer::decompose(const MixtureBlock& block,
                                        const ProgressCallback& progress) const {
  require_fit(bins_of(models_.front()->analysis), block.V, block.channels);
  Decomposition result, said;
  if (net_->share > 0 || net_->estimates) {
    said = dictionaries_->decompose(block, progress);
    result.report = std::move(said.report);
  } else {
    report(progress, {"separate", 1, 1, {}});
  }
  const Matrix heard = net_->estimates ? dictionary_masks(said.sources) : Matrix();
  Matrix masks = network_masks(*net_, magnitudes_of(block.V), block.channels, block.first, heard);
  if (net_->share > 0) mix_with_dictionaries(said.sources, net_->share, masks);
  for (const Index place : places_)
    result.sources.push_back(
        {net_->sources[static_cast<std::size_t>(place)],
         block.V.cwiseProduct(masks.middleRows(place * block.V.rows(), block.V.rows()))});
  return result;
}

}  // namespace nmfsep
