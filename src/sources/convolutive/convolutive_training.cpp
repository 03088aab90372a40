#include "sources/convolutive/convolutive_training.hpp"

#include <algorithm>

#include "nmfsep/nmf/convolutive.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "sources/trained_atoms.hpp"

namespace nmfsep {
namespace {

/// As many updates as NMF, of atoms of five frames.
TrainingOptions usual() {
  TrainingOptions options = usual_learning();
  options.context = 5;
  return options;
}

/// What activations begin with in frames where no note begins, of what they do where one does.
constexpr float elsewhere = 0.02F;

/// One wherever a note begins in a frame's window, little elsewhere: a number for each of `columns`
/// of the source's material.
Vector places_of(const SourceAudio& source, const TrainingOptions& options, Index columns) {
  Vector weights = Vector::Constant(columns, elsewhere);
  const Stft stft(options.analysis(source.recordings.front().sample_rate).stft);
  const Index margin = options.context / 2;
  Index first = 0;  // column of a channel's first frame
  for (const AudioBuffer& audio : source.recordings) {
    const Index frames = stft.frames(audio.length());
    const std::vector<double> onsets = options.onsets->onsets(audio);
    for (Index channel = 0; channel < audio.channels(); ++channel, first += frames + 2 * margin)
      for (const double onset : onsets) {
        const double sample = onset * audio.sample_rate;
        const auto at = static_cast<Index>(sample) / stft.options().hop + stft.lead_frames();
        const Index reach = stft.options().fft_size / stft.options().hop - 1;
        for (Index t = std::max<Index>(at - reach, 0); t <= std::min(at, frames - 1); ++t)
          weights(first + margin + t) = 1;
      }
  }
  return weights;
}

std::vector<TrainedModel> learn(const std::vector<SourceAudio>& sources,
                                const TrainingOptions& options, const ProgressCallback& progress) {
  const SourceAudio& source = sources.front();
  const Material material = material_for(source, options);
  const NmfOptions nmf = fitted_to(sounding_frames(material).cols(), options, source.origin);
  AtomPlaces places{options.context, {}};
  if (options.onsets) places.weights = places_of(source, options, material.spectra.cols());
  Factorisation learnt = factorise_convolutive(material.spectra, places, nmf, progress);
  auto model = with_header<ConvolutiveDictionary>(trained_header(source, options, learnt.report));
  model.span = options.context;
  model.W = std::move(learnt.W);
  return {{std::move(model), std::move(learnt.report)}};
}

/// Its steps are plain ones.
std::vector<std::string_view> without_effect(const TrainingOptions&) { return {"solver"}; }

}  // namespace

const TrainingMethod convolutive_training{
    "convolutive", "learns atoms of several frames", usual, nullptr, learn, without_effect, false,
    true};

}  // namespace nmfsep
