#include "sources/autoencoder/network_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sources/trained_atoms.hpp"

namespace nmfsep {
namespace {

constexpr const char* convolutional = "conv-autoencoder";
constexpr const char* pca = "pca";

TrainingOptions usual() {
  TrainingOptions options = usual_learning();
  options.nmf.components = AutoencoderOptions().components;
  return options;
}

TrainingOptions usual_convolutional() {
  TrainingOptions options = usual();
  options.context = 5;
  return options;
}

TrainedAutoencoder learn_network(const Material& material, const TrainingOptions& options,
                                 const ProgressCallback& progress) {
  AutoencoderOptions network = options.network;
  network.seed = options.nmf.seed;
  network.components = options.nmf.components;
  const auto frames = static_cast<Index>(material.candidates.size());
  if (options.method == convolutional) {
    require_enough(frames, 1, material.origin);
    network.context = options.context;
    return train_autoencoder(material.spectra, network, progress);
  }
  const bool is_linear = options.method == pca;
  if (is_linear && options.fit_components)
    network.components = std::min({network.components, frames, material.spectra.rows()});
  require_enough(frames, is_linear ? network.components : 1, material.origin);
  const Matrix spectra = material.spectra(Eigen::all, material.candidates);
  return is_linear ? train_pca(spectra, network.components, progress)
                   : train_autoencoder(spectra, network, progress);
}

/// Fewer numbers to learn from than numbers to learn.
std::vector<Warning> warnings_of(const Autoencoder& model) {
  const Analysis& analysis = model.analysis;
  const double numbers_a_second = static_cast<double>(analysis.sample_rate) / analysis.stft.hop *
                                  static_cast<double>(bins_of(analysis));
  const Index parameters = model.encoder.size() + model.decoder.size();
  const double enough = static_cast<double>(parameters) / numbers_a_second;
  if (model.training.seconds >= enough) return {};
  return {{WarningCode::too_little_material,
           fmt::format(
               "source '{}': {:.1f} s of sound are few for the {} numbers of its network; {:.0f} s "
               "or more are enough, or choose fewer layers or a smaller width",
               model.name, model.training.seconds, parameters, std::ceil(enough))}};
}

std::vector<TrainedModel> learn(const std::vector<SourceAudio>& sources,
                                const TrainingOptions& options, const ProgressCallback& progress) {
  const SourceAudio& source = sources.front();
  const Material material = material_for(source, options);
  TrainedAutoencoder learnt = learn_network(material, options, progress);
  NmfReport report;
  report.iterations = learnt.steps;
  report.cost = {{learnt.steps, learnt.loss}};
  auto model = with_header<Autoencoder>(trained_header(source, options, report));
  model.encoder = std::move(learnt.encoder);
  model.decoder = std::move(learnt.decoder);
  model.floor = learnt.floor;
  model.loss = options.method == pca ? LossKind::squared : options.network.loss;
  model.curve = std::move(learnt.curve);
  std::vector<Warning> warnings;
  if (options.method != pca) warnings = warnings_of(model);
  return {{std::move(model), std::move(report), std::move(warnings)}};
}

/// Nothing is factorised.
std::vector<std::string_view> without_effect(const TrainingOptions&) {
  return {"iterations", "tolerance", "solver", "divergence", "prior"};
}

}  // namespace

const TrainingMethod autoencoder_method{
    "autoencoder", "learns a network (docs/neural.md)", usual, nullptr, learn, without_effect};
const TrainingMethod conv_autoencoder_method{
    convolutional, "a network over several frames", usual_convolutional, nullptr, learn,
    without_effect};
const TrainingMethod pca_method{pca, "a linear one", usual, nullptr, learn, without_effect};

}  // namespace nmfsep
