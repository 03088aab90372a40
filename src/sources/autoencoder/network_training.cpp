#include "sources/autoencoder/network_training.hpp"

#include <algorithm>

#include "sources/trained_atoms.hpp"

namespace nmfsep {
namespace {

constexpr const char* pca = "pca";

TrainingOptions usual() {
  TrainingOptions options;
  options.nmf.components = AutoencoderOptions().components;
  options.nmf.iterations = 25;
  options.nmf.solver = Solver::over_relaxed;
  return options;
}

TrainedAutoencoder learn_network(const Matrix& frames, const TrainingOptions& options,
                                 const std::string& origin, const ProgressCallback& progress) {
  AutoencoderOptions network = options.network;
  network.seed = options.nmf.seed;
  network.components = options.nmf.components;
  const bool is_linear = options.method == pca;
  if (is_linear && options.fit_components)
    network.components = std::min({network.components, frames.cols(), frames.rows()});
  require_enough(frames.cols(), is_linear ? network.components : 1, origin);
  return is_linear ? train_pca(frames, network.components)
                   : train_autoencoder(frames, network, progress);
}

std::vector<TrainedModel> learn(const std::vector<SourceAudio>& sources,
                                const TrainingOptions& options, const ProgressCallback& progress) {
  const SourceAudio& source = sources.front();
  const Material material = material_for(source, options);
  TrainedAutoencoder learnt = learn_network(material.spectra(Eigen::all, material.candidates),
                                            options, source.origin, progress);
  NmfReport report;
  report.iterations = learnt.steps;
  report.cost = {{learnt.steps, learnt.loss}};
  auto model = with_header<Autoencoder>(trained_header(source, options, report));
  model.encoder = std::move(learnt.encoder);
  model.decoder = std::move(learnt.decoder);
  model.floor = learnt.floor;
  model.curve = std::move(learnt.curve);
  return {{std::move(model), std::move(report)}};
}

}  // namespace

const TrainingMethod autoencoder_method{"autoencoder", "learns a network (docs/neural.md)", usual,
                                        nullptr, learn};
const TrainingMethod pca_method{pca, "a linear one", usual, nullptr, learn};

}  // namespace nmfsep
