#include "sources/n_hmm/n_hmm_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/sources/n_hmm/n_hmm.hpp"
#include "sources/n_hmm/n_hmm_learner.hpp"
#include "sources/trained_atoms.hpp"

namespace nmfsep {
namespace {

/// Of each state few atoms, and more updates than NMF, since the chain is learnt too.
TrainingOptions usual() {
  TrainingOptions options = usual_learning();
  options.nmf.components = 5;
  options.nmf.iterations = 50;
  return options;
}

/// Where each channel of each recording begins.
std::vector<Index> first_frames(const SourceAudio& source, const TrainingOptions& options) {
  const Stft stft(options.analysis(source.recordings.front().sample_rate).stft);
  std::vector<Index> starts;
  Index next = 0;
  for (const AudioBuffer& audio : source.recordings)
    for (Index channel = 0; channel < audio.channels(); ++channel) {
      starts.push_back(next);
      next += stft.frames(audio.length());
    }
  return starts;
}

/// States, and atoms of each.
struct Sizes {
  Index states, components;
};

/// What is asked for, or of few frames fewer where they may be fitted.
Sizes sizes_for(Index sounding, const TrainingOptions& options, const std::string& origin) {
  Sizes sizes{options.n_hmm.states, options.nmf.components};
  if (options.fit_components && sounding > 0) {
    sizes.states = std::min(sizes.states, sounding);
    sizes.components = std::clamp<Index>(sounding / sizes.states, 1, sizes.components);
  }
  require_enough(sounding, sizes.states * sizes.components, origin);
  return sizes;
}

std::vector<TrainedModel> learn(const std::vector<SourceAudio>& sources,
                                const TrainingOptions& options, const ProgressCallback& progress) {
  options.n_hmm.validate();
  if (options.context != 1)
    throw InvalidArgument(fmt::format(
        "context = {}, must be 1 for hidden Markov models, which know time by their states",
        options.context));
  const SourceAudio& source = sources.front();
  const Material material = material_for(source, options);
  const Sizes sizes =
      sizes_for(static_cast<Index>(material.candidates.size()), options, source.origin);
  Random random(options.nmf.seed);
  Matrix means = draw_atoms(material, sizes.states, 1, random);
  move_to_means(material, 1, means);
  LearntNHmm learnt =
      learn_n_hmm({material.spectra, first_frames(source, options), options.n_hmm.draws},
                  n_hmm_start(material.spectra, means, sizes.components, options.nmf.seed),
                  means.cols(), options.nmf, progress);
  auto model = with_header<NHmm>(trained_header(source, options, learnt.report));
  model.W = std::move(learnt.W);
  model.chain = std::move(learnt.chain);
  model.draws = static_cast<float>(options.n_hmm.draws);
  TrainedModel trained{std::move(model), std::move(learnt.report)};
  if (sizes.states * sizes.components < options.n_hmm.states * options.nmf.components)
    trained.remark = fmt::format("{} states of {} atoms: so few frames are not silent",
                                 sizes.states, sizes.components);
  return {std::move(trained)};
}

/// Its steps are those of EM, of draws.
std::vector<std::string_view> without_effect(const TrainingOptions&) {
  return {"solver", "divergence", "prior"};
}

}  // namespace

void NHmmOptions::validate() const {
  if (states < 1 || states > most_states)
    throw InvalidArgument(fmt::format("states = {}, must be 1 to {}", states, most_states));
  if (!(draws > 0) || !(draws <= 1e9))
    throw InvalidArgument(fmt::format("draws = {}, must be above 0, at most 1e9", draws));
}

const TrainingMethod n_hmm_training{
    "n-hmm", "learns states and how they follow one another, with atoms of each (docs/n-hmm.md)",
    usual,   nullptr,
    learn,   without_effect};

}  // namespace nmfsep
